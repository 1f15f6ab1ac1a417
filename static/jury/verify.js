/* Repeats a hearing's draw and count from its part of the public record alone, in any browser and
   from a folder without a network. Written from docs/reference/draw.md, ballots.md and record.md,
   independently of the server's Python; nothing is sent anywhere. */
(function () {
  "use strict";

  /* ---- SHA-256 and SHA-512 (FIPS 180-4): also where the page has no secure context ---- */
  function primes(count) {
    var found = [], n = 2;
    while (found.length < count) {
      if (found.every(function (p) { return n % p; })) found.push(n);
      n += 1;
    }
    return found;
  }
  function bits(value) { return ((value - Math.floor(value)) * 4294967296) | 0; }
  var P = primes(80);
  var K = Int32Array.from(P.slice(0, 64), function (p) { return bits(Math.cbrt(p)); });
  var H = P.slice(0, 8).map(function (p) { return bits(Math.sqrt(p)); });
  var W = new Int32Array(64);

  function sha256() {
    var length = 0, i, n;
    for (i = 0; i < arguments.length; i += 1) length += arguments[i].length;
    var padded = new Uint8Array(((length + 72) >> 6) << 6), view = new DataView(padded.buffer);
    for (i = 0, n = 0; i < arguments.length; n += arguments[i].length, i += 1) padded.set(arguments[i], n);
    padded[length] = 128;
    view.setUint32(padded.length - 8, Math.floor(length / 536870912));
    view.setUint32(padded.length - 4, (length << 3) >>> 0);
    var h0 = H[0], h1 = H[1], h2 = H[2], h3 = H[3], h4 = H[4], h5 = H[5], h6 = H[6], h7 = H[7];
    for (var at = 0; at < padded.length; at += 64) {
      for (i = 0; i < 16; i += 1) W[i] = view.getInt32(at + 4 * i);
      for (; i < 64; i += 1) {
        var x = W[i - 15], y = W[i - 2];
        W[i] = (W[i - 16] + W[i - 7] +
          ((x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ (x >>> 3)) +
          ((y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ (y >>> 10))) | 0;
      }
      var a = h0, b = h1, c = h2, d = h3, e = h4, f = h5, g = h6, h = h7;
      for (i = 0; i < 64; i += 1) {
        var t = (h + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) +
          ((e & f) ^ (~e & g)) + K[i] + W[i]) | 0;
        var u = (((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) +
          ((a & b) ^ (a & c) ^ (b & c))) | 0;
        h = g; g = f; f = e; e = (d + t) | 0; d = c; c = b; b = a; a = (t + u) | 0;
      }
      h0 = (h0 + a) | 0; h1 = (h1 + b) | 0; h2 = (h2 + c) | 0; h3 = (h3 + d) | 0;
      h4 = (h4 + e) | 0; h5 = (h5 + f) | 0; h6 = (h6 + g) | 0; h7 = (h7 + h) | 0;
    }
    var out = new Uint8Array(32), target = new DataView(out.buffer);
    [h0, h1, h2, h3, h4, h5, h6, h7].forEach(function (value, index) { target.setInt32(4 * index, value); });
    return out;
  }

  /* The signature's hash and curve need whole numbers without bound. */
  var M64 = (BigInt(1) << BigInt(64)) - BigInt(1), ZERO = BigInt(0), ONE = BigInt(1), TWO = BigInt(2);
  function rootBits(prime, power) { /* the first 64 bits behind the point of a square or cube root */
    var target = BigInt(prime) << BigInt(64 * power), low = ZERO, high = BigInt(32) << BigInt(64);
    while (high - low > ONE) {
      var middle = (low + high) >> ONE;
      if (middle ** BigInt(power) <= target) low = middle; else high = middle;
    }
    return low & M64;
  }
  function sha512(bytes) {
    var k = P.map(function (p) { return rootBits(p, 3); });
    var h = P.slice(0, 8).map(function (p) { return rootBits(p, 2); });
    var padded = new Uint8Array(((bytes.length + 144) >> 7) << 7), view = new DataView(padded.buffer);
    padded.set(bytes);
    padded[bytes.length] = 128;
    view.setUint32(padded.length - 4, bytes.length * 8);
    function turn(x, n) { return ((x >> BigInt(n)) | (x << BigInt(64 - n))) & M64; }
    for (var at = 0; at < padded.length; at += 128) {
      var w = [], i;
      for (i = 0; i < 80; i += 1) {
        if (i < 16) { w.push(view.getBigUint64(at + 8 * i)); continue; }
        var x = w[i - 15], y = w[i - 2];
        w.push((w[i - 16] + w[i - 7] + (turn(x, 1) ^ turn(x, 8) ^ (x >> BigInt(7))) +
          (turn(y, 19) ^ turn(y, 61) ^ (y >> BigInt(6)))) & M64);
      }
      var s = h.slice();
      for (i = 0; i < 80; i += 1) {
        var e = s[4], a = s[0];
        var t = s[7] + (turn(e, 14) ^ turn(e, 18) ^ turn(e, 41)) + ((e & s[5]) ^ ((e ^ M64) & s[6])) + k[i] + w[i];
        var u = (turn(a, 28) ^ turn(a, 34) ^ turn(a, 39)) + ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2]));
        s = [(t + u) & M64, a, s[1], s[2], (s[3] + t) & M64, e, s[5], s[6]];
      }
      h = h.map(function (value, index) { return (value + s[index]) & M64; });
    }
    var out = new Uint8Array(64), target = new DataView(out.buffer);
    h.forEach(function (value, index) { target.setBigUint64(8 * index, value); });
    return out;
  }

  /* ---- Bytes and texts ---- */
  var encoder = new TextEncoder();
  function utf8(text) { return encoder.encode(text); }
  var DIGITS = [];
  for (var byte = 0; byte < 256; byte += 1) DIGITS.push((byte < 16 ? "0" : "") + byte.toString(16));
  function hex(bytes) {
    var text = "";
    for (var i = 0; i < bytes.length; i += 1) text += DIGITS[bytes[i]];
    return text;
  }
  function unhex(text) {
    if (!/^([0-9a-f]{2})*$/.test(text)) throw new Error("hex");
    var out = new Uint8Array(text.length / 2);
    for (var i = 0; i < out.length; i += 1) out[i] = parseInt(text.substr(2 * i, 2), 16);
    return out;
  }
  function base64(text) {
    return Uint8Array.from(atob(text), function (c) { return c.charCodeAt(0); });
  }
  function hashLines(lines) { return sha256(utf8(lines.join("\n") + "\n")); }
  function same(one, other) { return JSON.stringify(one) === JSON.stringify(other); }

  /* ---- Ed25519 (RFC 8032), verification only ---- */
  var Q = TWO ** BigInt(255) - BigInt(19);
  var ORDER = TWO ** BigInt(252) + BigInt("27742317777372353535851937790883648493");
  function mod(a) { a %= Q; return a < ZERO ? a + Q : a; }
  function power(base, exponent) {
    var result = ONE;
    for (base = mod(base); exponent > ZERO; exponent >>= ONE, base = mod(base * base)) {
      if (exponent & ONE) result = mod(result * base);
    }
    return result;
  }
  function little(bytes) {
    var value = ZERO;
    for (var i = bytes.length - 1; i >= 0; i -= 1) value = (value << BigInt(8)) | BigInt(bytes[i]);
    return value;
  }
  var D = mod(BigInt(-121665) * power(BigInt(121666), Q - TWO));
  function plus(p, q) {
    var a = mod((p[1] - p[0]) * (q[1] - q[0])), b = mod((p[1] + p[0]) * (q[1] + q[0]));
    var c = mod(TWO * p[3] * q[3] * D), d = mod(TWO * p[2] * q[2]);
    var e = b - a, f = d - c, g = d + c, h = b + a;
    return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
  }
  function times(scalar, point) {
    var result = [ZERO, ONE, ONE, ZERO];
    for (; scalar > ZERO; scalar >>= ONE, point = plus(point, point)) {
      if (scalar & ONE) result = plus(result, point);
    }
    return result;
  }
  function pointOf(bytes) {
    var y = little(bytes) & ((ONE << BigInt(255)) - ONE), sign = BigInt(bytes[31] >> 7);
    var square = mod((y * y - ONE) * power(D * y * y + ONE, Q - TWO));
    var x = power(square, (Q + BigInt(3)) / BigInt(8));
    if (mod(x * x - square)) x = mod(x * power(TWO, (Q - ONE) / BigInt(4)));
    if (y >= Q || mod(x * x - square) || (!x && sign)) throw new Error("point");
    if ((x & ONE) !== sign) x = Q - x;
    return [x, y, ONE, mod(x * y)];
  }
  var BASE = [BigInt("15112221349535400772501151409588531511454012693041857206046113283949847762202"),
    mod(BigInt(4) * power(BigInt(5), Q - TWO)), ONE, ZERO];
  BASE[3] = mod(BASE[0] * BASE[1]);
  function isSigned(key, text, mark) {
    if (key.length !== 32 || mark.length !== 64) return false;
    var s = little(mark.slice(32)), all = new Uint8Array(64 + text.length);
    all.set(mark.slice(0, 32));
    all.set(key, 32);
    all.set(text, 64);
    var one = times(s, BASE);
    var two = plus(pointOf(mark.slice(0, 32)), times(little(sha512(all)) % ORDER, pointOf(key)));
    return s < ORDER && !mod(one[0] * two[2] - two[0] * one[2]) && !mod(one[1] * two[2] - two[1] * one[2]);
  }

  /* ---- The record: signed checkpoints, inclusion, consistency (C2SP, RFC 6962) ---- */
  function keyOf(vkey) {
    var parts = vkey.trim().split("+"), raw = base64(parts.slice(2).join("+"));
    var named = sha256(utf8(parts[0] + "\n"), raw);
    if (raw[0] !== 1 || hex(named.slice(0, 4)) !== parts[1]) throw new Error("key");
    return { name: parts[0], hint: parts[1], key: raw.slice(1) };
  }
  function readNote(note, keys) {
    var split = note.lastIndexOf("\n\n"), text = note.slice(0, split + 1);
    var signed = note.slice(split + 2).split("\n").some(function (line) {
      var words = line.split(" ");
      if (words.length !== 3) return false;
      var raw = base64(words[2]);
      return keys.some(function (key) {
        return key.name === words[1] && key.hint === hex(raw.slice(0, 4)) &&
          isSigned(key.key, utf8(text), raw.slice(4));
      });
    });
    if (split < 0 || !signed) throw new Error("signature");
    var lines = text.split("\n"), time = lines.slice(3).filter(function (line) { return !line.indexOf("time "); });
    return { origin: lines[0], size: Number(lines[1]), root: hex(base64(lines[2])), time: (time[0] || "").slice(5) };
  }
  function halfOf(size) {
    var half = 1;
    while (half * 2 < size) half *= 2;
    return half;
  }
  function node(left, right) { return sha256(new Uint8Array([1]), left, right); }
  function climb(leaf, index, size, path) { /* the root that a leaf and its path lead to */
    if (index < 0 || index >= size) throw new Error("index");
    if (size === 1) {
      if (path.length) throw new Error("path");
      return leaf;
    }
    if (!path.length) throw new Error("path");
    var half = halfOf(size), top = path[path.length - 1], rest = path.slice(0, -1);
    return index < half ? node(climb(leaf, index, half, rest), top) : node(top, climb(leaf, index - half, size - half, rest));
  }
  function grow(first, second, path, old, whole) { /* the two roots a consistency proof leads to */
    if (first === second) {
      if (path.length !== (whole ? 0 : 1)) throw new Error("path");
      var one = whole ? old : path[0];
      return [one, one];
    }
    if (!path.length) throw new Error("path");
    var half = halfOf(second), top = path[path.length - 1], rest = path.slice(0, -1), below;
    if (first <= half) {
      below = grow(first, half, rest, old, whole);
      return [below[0], node(below[1], top)];
    }
    below = grow(first - half, second - half, rest, old, false);
    return [node(top, below[0]), node(top, below[1])];
  }

  /* ---- The draw ---- */
  function generator(hearing, round, seed, size) {
    var span = 281474976710656, bound = span - span % size, counter = 0;
    return function () {
      for (;;) {
        counter += 1;
        var digest = hashLines(["gongdao-draw-1", hearing, round, seed, counter]), value = 0;
        for (var i = 0; i < 6; i += 1) value = value * 256 + digest[i];
        if (value < bound) return { counter: counter, number: value % size + 1 };
      }
    };
  }
  function sequence(hearing, round, seed, size, length) {
    var next = generator(hearing, round, seed, size), out = [];
    while (out.length < length) out.push(next());
    return out;
  }

  /* ---- The checks, each a plain sentence ---- */
  var SENTENCES = {
    format: ["file", "The file is a hearing's part of the record, whole and in a form this page knows.", "文件是一场赔审的完整公开记录，格式可识别。"],
    signed: ["file", "Its checkpoints are signed with the key {key}. Compare it with the key you know.", "其中的检查点由密钥 {key} 签名。请与您所知的密钥核对。"],
    grown: ["file", "Each earlier checkpoint is continued by the last one: nothing was rewritten between them.", "较早的检查点都由最后一个检查点延续：其间没有任何内容被改写。"],
    included: ["file", "Each of the {n} entries stands in the last checkpoint exactly as it is here.", "{n} 条记录都原样收录在最后一个检查点中。"],
    order: ["file", "The entries are about one hearing and came in the order they must.", "各条记录属于同一场赔审，先后顺序正确。"],
    roll: ["draw", "The roll of {n} jurors was frozen and published before the secret was committed to.", "{n} 名赔审员的名册在秘密数承诺之前已经冻结并公布。"],
    secret: ["draw", "The secret is the one committed to before the draw was announced.", "秘密数就是公告抽签之前所承诺的那一个。"],
    checkpoint: ["draw", "The checkpoint in the lot was signed at or after the announced time, and the one before it earlier.", "抽签所用的检查点在公告时间之后签署，它前面的一个则在此之前。"],
    number: ["draw", "The third part is the claimant's number, or where none came the checkpoint that stands in for it.", "第三部分是申请人的数字；没有数字时由后一个检查点代替。"],
    seed: ["draw", "The seed follows from the three parts.", "种子由这三部分算出。"],
    steps: ["draw", "All {n} numbers follow from the seed, none left out or put in; whoever was passed over has a reason.", "全部 {n} 个号码都由种子得出，没有遗漏或插入；每次跳过都有理由。"],
    panel: ["draw", "The panel has the announced size of {n}, and nobody sits twice.", "陪审席正好是公告的 {n} 席，没有人占两席。"],
    expert: ["draw", "The expert seat was drawn the same way among the {n} experts.", "专家席以同样方式从 {n} 名专家中抽出。"],
    sealed: ["count", "As many ballots were opened as were sealed: {n}, each receipt once, in their order.", "打开的选票与封存的一样多，共 {n} 张，每个回执一次，按序排列。"],
    root: ["count", "The receipts are those whose root was published and signed before any ballot was opened.", "这些回执的树根在开票之前已经公布并签名。"],
    receipts: ["count", "Every ballot opens its receipt and was cast in this hearing and round.", "每张选票都与其回执相符，且投于本场本轮。"],
    words: ["count", "Every published reason is the one its juror sealed; they are shown or withheld as the rule says.", "公布的每条理由都是赔审员封存的原话；是否公布符合规则。"],
    votes: ["count", "The votes add up: {pay} to pay, {deny} to deny, {spoiled} not readable.", "票数相符：{pay} 票给付，{deny} 票不予给付，{spoiled} 张无法读取。"],
    answers: ["count", "The answers to every question add up, and what the panel found follows from them.", "每个问题的回答数相符，陪审席的认定由此得出。"],
    rules: ["count", "Quorum, threshold and the rule for a tie are those announced before the vote, where they were announced.", "法定人数、通过比例与平票规则与投票前公告的一致（以公告为准）。"],
    outcome: ["count", "The outcome follows from the votes by these rules.", "结果由票数按这些规则得出。"],
    unopened: ["count", "The round ended without a count, and no ballot was opened.", "本轮未经计票即结束，没有打开任何选票。"]
  };
  var PAGE = {
    all: ["Everything that can be checked from this file holds.", "凡可由此文件核对的，全部成立。"],
    not: ["Something does not hold.", "有内容不成立。"],
    nothing: ["Neither draw nor count stands in this file yet.", "此文件中尚无抽签或计票。"],
    unreadable: ["The file cannot be read: ", "文件无法读取："],
    reading: ["Checking: entry {n} of {of}", "正在核对：第 {n} 条，共 {of} 条"],
    fails: [" Found otherwise: ", "发现不符："]
  };
  var ANSWERS = ["met", "not_met", "not_shown"];
  var ORDERED = ["roll_frozen", "seed_committed", "hearing_announced", "panel_drawn", "voting_opened",
    "ballots_sealed", "ballots_opened", "verdict"];

  function Checker(head) {
    this.head = head;
    this.results = {};
    this.log = {};
    this.seen = 0;
    this.last = -1;
    this.ballots = { n: 0, spoiled: 0, spoken: 0, last: "", stack: [], votes: { pay: 0, deny: 0 }, answers: {}, parts: 0, first: -1 };
    var self = this;
    this.guard("format", function () {
      self.need(head.format === "gongdao-hearing-1" && head.hearing && head.checkpoints.length, "format");
    });
    this.guard("signed", function () {
      var keys = head.keys.map(keyOf);
      self.result("signed", "key", head.keys.join(", "));
      self.points = head.checkpoints.map(function (point) { return readNote(point.note, keys); });
    });
    this.cover = this.points ? this.points[this.points.length - 1] : null;
    this.guard("grown", function () {
      self.points.slice(0, -1).forEach(function (point, index) {
        var path = head.checkpoints[index].path.map(unhex);
        self.need(point.size < self.points[index + 1].size && point.origin === self.cover.origin, point.size);
        var roots = grow(point.size, self.cover.size, path, unhex(point.root), true);
        self.need(hex(roots[0]) === point.root && hex(roots[1]) === self.cover.root, point.size);
      });
    });
  }
  Checker.prototype.result = function (code, name, value) {
    var found = this.results[code] = this.results[code] || { code: code, ok: true, problems: [], values: {} };
    if (name) found.values[name] = value;
    return found;
  };
  Checker.prototype.fail = function (code, detail) {
    var found = this.result(code);
    found.ok = false;
    if (found.problems.length < 20) found.problems.push(String(detail));
  };
  Checker.prototype.need = function (holds, detail) { if (!holds) throw new Error(detail); };
  Checker.prototype.guard = function (code, check) {
    this.result(code);
    try { check.call(this); } catch (error) { this.fail(code, error.message); }
  };

  Checker.prototype.entry = function (item) {
    var self = this, entry = null;
    this.seen += 1;
    this.guard("included", function () {
      this.result("included", "n", this.seen);
      var leaf = sha256(new Uint8Array([0]), utf8(item.text));
      this.need(hex(climb(leaf, item.index, this.cover.size, item.path.map(unhex))) === this.cover.root, item.index);
    });
    this.guard("order", function () {
      entry = JSON.parse(item.text);
      this.need(item.index > this.last, item.index);
      this.last = item.index;
      var kind = entry.kind, body = entry.body, isRoll = kind === "roll_frozen";
      this.need(isRoll || (entry.subject === this.head.hearing && body.hearing === entry.subject), kind);
      this.need(!this.log.verdict && (isRoll || !this.over), kind + " after the end");
      var place = ORDERED.indexOf(kind);
      if (place >= 0) {
        ORDERED.slice(place + 1).forEach(function (later) { self.need(!self.log[later], kind); });
        this.need(!this.log[kind] || kind === "ballots_opened", kind + " twice");
      }
    });
    if (!entry) return;
    var handler = HANDLERS[entry.kind];
    if (handler) {
      try { handler.call(this, entry.body, item.index); } catch (error) { this.fail("order", entry.kind + " " + error.message); }
    }
    this.log[entry.kind] = this.log[entry.kind] || { body: entry.body, index: item.index };
  };

  function seats(steps) { return steps.filter(function (step) { return step.outcome === "seated"; }).length; }
  function expertOf(body) {
    var part = body.expert;
    return part && part.steps && part.steps.length ? part : null;
  }
  Checker.prototype.take = function (track, steps) { /* steps of one sequence, in order */
    var self = this;
    steps.forEach(function (step) {
      var due = track.next(), seated = step.outcome === "seated", repeat = Boolean(track.seen[step.number]);
      if (step.counter !== due.counter || step.number !== due.number) self.fail(track.code, step.counter);
      if (seated === Boolean(step.reason) || (seated && repeat)) self.fail(track.code, step.counter);
      if (!seated && step.outcome !== "skipped") self.fail(track.code, step.counter);
      if (repeat !== (step.reason === "repeat") && !(self.expert && step.reason === "repeat")) {
        self.fail(track.code, step.counter);
      }
      track.seen[step.number] = true;
      track.taken += 1;
    });
    this.result(track.code, "n", track.code === "steps" ? track.taken : track.size);
  };

  var HANDLERS = {
    panel_drawn: function (b, index) {
      var log = this.log, said = log.hearing_announced.body, committed = log.seed_committed, point = b.checkpoint, at = -1;
      this.guard("roll", function () {
        this.result("roll", "n", b.roll.size);
        var roll = log.roll_frozen;
        this.need(roll.index < committed.index && roll.body.digest === b.roll.digest && roll.body.size === b.roll.size, "roll");
        this.need(said.roll_digest === b.roll.digest && said.roll_size === b.roll.size, "roll");
      });
      this.guard("secret", function () {
        var mark = hex(hashLines(["gongdao-seed-commitment-1", b.hearing, b.round, b.secret]));
        this.need(mark === committed.body.commitment && mark === b.commitment, "commitment");
      });
      this.guard("checkpoint", function () {
        this.points.forEach(function (one, place) {
          if (one.size === point.size && one.root === point.root && one.origin === point.origin) at = place;
        });
        this.need(at >= 0, "unknown checkpoint");
        var after = said.draw_after.slice(0, 19);
        this.need(this.points[at].time.slice(0, 19) >= after, "too early");
        this.need(at === 0 || this.points[at - 1].time.slice(0, 19) <= after, "not the first");
        this.need(log.hearing_announced.index < point.size && index >= point.size, "order");
      });
      this.guard("number", function () {
        var number = /^number:(0|[1-9][0-9]{0,17})$/.exec(b.contribution);
        var fallback = /^fallback:next-checkpoint:([0-9a-f]{64})$/.exec(b.contribution);
        if (number) this.need(b.claimant_number === number[1], b.contribution);
        else {
          this.need(fallback && b.fallback === "next-checkpoint:" + fallback[1], b.contribution);
          this.need(this.points.some(function (one) { return one.root === fallback[1] && one.size > point.size; }), "fallback");
        }
      });
      this.guard("seed", function () {
        var seed = hex(hashLines(["gongdao-seed-1", b.secret, point.origin, point.size, point.root, b.contribution]));
        this.need(seed === b.seed, "seed");
      });
      this.guard("steps", function () {
        var expert = this.expert = expertOf(b);
        this.main = { code: "steps", seen: {}, taken: 0, size: b.roll.size, next: generator(b.hearing, b.round, b.seed, b.roll.size) };
        this.take(this.main, b.steps);
        if (!expert) return;
        this.other = { code: "expert", seen: {}, taken: 0, size: expert.size, next: generator(b.hearing + "/expert", b.round, b.seed, expert.size) };
        var rolled = (log.roll_frozen.body.experts || {})[expert.kind];
        if (!rolled || rolled.size !== expert.size || rolled.digest !== expert.digest) this.fail("expert", "roll");
        this.take(this.other, expert.steps);
      });
      this.guard("panel", function () {
        this.result("panel", "n", b.panel_size);
        var seated = seats(b.steps) + (this.expert ? seats(this.expert.steps) : 0);
        this.need(seated === b.panel_size && said.panel_size === b.panel_size, seated);
      });
    },
    panel_changed: function (b) {
      var expert = expertOf(b);
      this.take(this.main, b.steps);
      if (expert) this.take(this.other, expert.steps);
      if (seats(b.steps) + (expert ? seats(expert.steps) : 0) > 1) this.fail("panel", b.left.number);
    },
    hearing_void: function () { this.over = true; this.result("unopened"); },
    hearing_withdrawn: function () { this.over = true; this.result("unopened"); },
    ballots_opened: function (b, index) {
      var own = this.ballots, self = this;
      own.parts += 1;
      if (own.first < 0) own.first = index;
      if (b.part !== own.parts || b.round !== this.log.ballots_sealed.body.round) this.fail("sealed", "part " + b.part);
      this.partsDue = b.parts;
      b.ballots.forEach(function (one) {
        own.n += 1;
        if (one.commitment <= own.last || one.pseudonym !== "J" + own.n) self.fail("sealed", one.pseudonym);
        own.last = one.commitment;
        var level = 0, value = sha256(new Uint8Array([0]), unhex(one.commitment));
        while (own.stack.length && own.stack[own.stack.length - 1][0] === level) {
          value = node(own.stack.pop()[1], value);
          level += 1;
        }
        own.stack.push([level, value]);
        if (!one.ballot) { own.spoiled += 1; return; }
        self.ballot(one, b);
      });
    },
    verdict: function (b) { this.verdict(b); }
  };

  Checker.prototype.ballot = function (one, part) {
    var own = this.ballots, ballot;
    if (hex(sha256(unhex(one.nonce), utf8(one.ballot))) !== one.commitment) this.fail("receipts", one.pseudonym);
    try { ballot = JSON.parse(one.ballot); } catch (error) { this.fail("receipts", one.pseudonym); return; }
    if (ballot.format !== "gongdao-ballot-2" || ballot.hearing !== this.head.hearing || ballot.round !== part.round) {
      this.fail("receipts", one.pseudonym);
    }
    if (ballot.vote !== "pay" && ballot.vote !== "deny") { this.fail("votes", one.pseudonym); return; }
    own.votes[ballot.vote] += 1;
    Object.keys(ballot.answers).forEach(function (code) {
      var row = own.answers[code] = own.answers[code] || { met: 0, not_met: 0, not_shown: 0 };
      row[ballot.answers[code]] += 1;
    });
    if (one.words) {
      own.spoken += 1;
      if (hex(sha256(unhex(one.words.nonce), utf8(one.words.text))) !== ballot.words) this.fail("words", one.pseudonym);
    }
  };

  function moreThan(part, whole, perMille) { return part * 1000 > whole * perMille; }
  function foundOf(row, rule) {
    var forMet = row.met + (rule.not_shown_counts_as === "met" ? row.not_shown : 0);
    if (moreThan(forMet, row.met + row.not_met + row.not_shown, rule.threshold)) return "met";
    return rule.not_shown_counts_as === "not_met" && row.not_shown > row.not_met ? "not_shown" : "not_met";
  }

  Checker.prototype.verdict = function (b) {
    var own = this.ballots, log = this.log, sealed = log.ballots_sealed, pay = own.votes.pay, deny = own.votes.deny, cast = pay + deny;
    this.guard("sealed", function () {
      this.result("sealed", "n", own.n);
      this.need(own.n === sealed.body.count && own.n === b.count && (own.parts || 0) === (this.partsDue || 0), own.n);
    });
    this.guard("root", function () {
      var top = own.stack.length ? own.stack[own.stack.length - 1][1] : sha256(new Uint8Array(0));
      for (var i = own.stack.length - 2; i >= 0; i -= 1) top = node(own.stack[i][1], top);
      this.need(hex(top) === sealed.body.root && b.root === sealed.body.root, "root");
      var before = this.points.some(function (one) { return one.size > sealed.index && one.size <= own.first; });
      this.need(before || own.first < 0, "no checkpoint between sealing and opening");
    });
    this.result("receipts");
    this.guard("words", function () {
      var withheld = cast < b.reasons_shown_from ? "small" : pay === 0 || deny === 0 ? "unanimous" : "";
      this.need(b.words_withheld === withheld && own.spoken === (withheld ? 0 : cast), withheld || "shown");
    });
    this.guard("votes", function () {
      var found = this.result("votes", "pay", pay);
      found.values.deny = deny;
      found.values.spoiled = own.spoiled;
      this.need(b.tally.pay === pay && b.tally.deny === deny && b.spoiled === own.spoiled, pay + ":" + deny);
    });
    this.guard("answers", function () {
      var asked = log.hearing_announced.body.questions.map(function (one) { return one.code; }).sort();
      this.need(same(Object.keys(b.tally.by_criterion).sort(), asked), "questions");
      asked.forEach(function (code) {
        var row = own.answers[code] || { met: 0, not_met: 0, not_shown: 0 }, said = b.tally.by_criterion[code];
        ANSWERS.forEach(function (answer) { this.need(row[answer] === said[answer], code); }, this);
        this.need(row.met + row.not_met + row.not_shown === cast, code);
        var due = cast >= b.quorum ? foundOf(row, b) : undefined;
        this.need(b.found[code] === due, code);
      }, this);
      this.need(Object.keys(own.answers).every(function (code) { return asked.indexOf(code) >= 0; }), "questions");
    });
    this.guard("rules", function () {
      ["hearing_announced", "voting_opened"].forEach(function (kind) {
        var said = log[kind] ? log[kind].body : {};
        ["quorum", "threshold", "tie", "not_shown_counts_as"].forEach(function (name) {
          this.need(said[name] === undefined || said[name] === b[name], name);
        }, this);
      }, this);
    });
    this.guard("outcome", function () {
      var tied = cast > 0 && pay * 1000 === cast * b.threshold;
      var won = tied ? b.tie === "overturn" : moreThan(pay, cast, b.threshold);
      var basis = cast < b.quorum ? "no_quorum" : tied ? "tie" : "vote";
      if (b.basis === "outside_coverage") {
        this.need(won && cast >= b.quorum && b.outcome === "uphold", b.outcome);
        return;
      }
      this.need(b.basis === basis, basis);
      this.need(b.outcome === (won && cast >= b.quorum ? "overturn" : "uphold"), b.outcome);
    });
  };

  Checker.prototype.finish = function () {
    this.guard("format", function () { this.need(this.seen === this.head.count, this.seen); });
    if (this.log.ballots_opened && !this.log.verdict) this.fail("sealed", "verdict");
    if (this.over && this.log.ballots_opened) this.fail("unopened", "ballots_opened");
    var results = this.results, list = Object.keys(SENTENCES).filter(function (code) { return results[code]; });
    var all = list.map(function (code) { return results[code]; });
    return {
      ok: all.every(function (one) { return one.ok; }),
      checked: Boolean(this.log.panel_drawn || this.log.verdict || this.over),
      results: all,
      problems: all.filter(function (one) { return !one.ok; }).map(function (one) { return one.code; })
    };
  };

  function verify(bundle) {
    var checker = new Checker(bundle);
    bundle.entries.forEach(function (item) { checker.entry(item); });
    return checker.finish();
  }

  /* Reads line by line, so that a file of hundreds of megabytes needs little memory. */
  async function verifyStream(stream, progress) {
    var reader = stream.getReader(), decoder = new TextDecoder("utf-8", { fatal: true });
    var rest = "", checker = null, whole = null, shown = 0;
    function line(text) {
      if (!checker) {
        if (/"entries":\[\s*$/.test(text)) checker = new Checker(JSON.parse(text + "]}"));
        else whole = (whole || "") + text;
      } else if (text && text !== "]}") checker.entry(JSON.parse(text.replace(/,$/, "")));
    }
    for (;;) {
      var piece = await reader.read();
      rest += piece.done ? decoder.decode() : decoder.decode(piece.value, { stream: true });
      var lines = rest.split("\n");
      rest = lines.pop();
      for (var i = 0; i < lines.length; i += 1) {
        line(lines[i]);
        if (checker && Date.now() - shown > 200) {
          shown = Date.now();
          if (progress) progress(checker.seen, checker.head.count);
          await new Promise(function (go) { setTimeout(go, 0); });
        }
      }
      if (piece.done) break;
    }
    if (rest) line(rest);
    return checker ? checker.finish() : verify(JSON.parse(whole));
  }

  /* ---- The page ---- */
  function words(pair, values) {
    var text = pair[/^zh/i.test(document.documentElement.lang) ? 1 : 0];
    return text.replace(/\{(\w+)\}/g, function (_, name) {
      var value = (values || {})[name];
      return typeof value === "number" ? value.toLocaleString("en") : String(value === undefined ? "–" : value);
    });
  }
  function paragraph(text) {
    var p = document.createElement("p");
    p.textContent = text;
    return p;
  }
  function show(place, found, only) {
    var list = document.createElement("ul"), heading = document.createElement("b");
    list.className = "plain";
    var wanted = found.results.filter(function (one) {
      var group = SENTENCES[one.code][0];
      return !only || group === only || group === "file";
    });
    wanted.forEach(function (one) {
      var item = document.createElement("li"), problem = one.problems.length ? words(PAGE.fails) + one.problems.join(", ") : "";
      item.textContent = (one.ok ? "✓ " : "✗ ") + words(SENTENCES[one.code].slice(1), one.values) + problem;
      if (!one.ok) item.className = "red";
      list.appendChild(item);
    });
    var good = wanted.every(function (one) { return one.ok; });
    heading.textContent = words(!good ? PAGE.not : found.checked ? PAGE.all : PAGE.nothing);
    var box = document.createElement("div");
    box.className = good ? "proof" : "proof proof-off";
    box.append(heading, list);
    place.replaceChildren(box);
  }
  async function run(place, stream, only) {
    try {
      var found = await verifyStream(stream, function (n, of) {
        place.replaceChildren(paragraph(words(PAGE.reading, { n: n, of: of })));
      });
      show(place, found, only);
    } catch (error) {
      place.replaceChildren(paragraph(words(PAGE.unreadable) + error.message));
    }
  }

  window.gongdaoJury = { sha256: sha256, sha512: sha512, hex: hex, utf8: utf8, isSigned: isSigned, unhex: unhex, sequence: sequence, verify: verify, verifyStream: verifyStream };

  var place = document.getElementById("verify");
  if (!place) return;
  if (place.hasAttribute("data-own-language")) document.documentElement.lang = navigator.language || "en";
  var button = place.querySelector("[data-verify]"), file = place.querySelector("[data-verify-file]");
  var result = place.querySelector("[data-verify-result]");
  if (button) {
    button.parentNode.hidden = false;
    button.addEventListener("click", function () {
      button.disabled = true;
      fetch(place.dataset.bundle).then(function (answer) {
        if (!answer.ok) throw new Error(String(answer.status));
        return run(result, answer.body, place.dataset.only);
      }).catch(function (error) {
        result.replaceChildren(paragraph(words(PAGE.unreadable) + error.message));
      }).then(function () { button.disabled = false; });
    });
  }
  if (file) {
    file.addEventListener("change", function () {
      if (file.files.length) run(result, file.files[0].stream(), "");
    });
  }
}());

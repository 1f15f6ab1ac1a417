/* Repeats a hearing's draw and count in the browser from its public entries alone.
   Written from docs/reference/draw.md and ballots.md, independently of the server's Python. */
(function () {
  "use strict";

  /* SHA-256 over bytes, FIPS 180-4: it also works where the page has no secure context. */
  function primes(count) {
    var found = [], n = 2;
    while (found.length < count) {
      if (found.every(function (p) { return n % p; })) found.push(n);
      n += 1;
    }
    return found;
  }
  function fraction(value) { return ((value - Math.floor(value)) * 4294967296) | 0; }
  var P = primes(64);
  var K = P.map(function (p) { return fraction(Math.cbrt(p)); });
  var H = P.slice(0, 8).map(function (p) { return fraction(Math.sqrt(p)); });
  function rotate(x, n) { return (x >>> n) | (x << (32 - n)); }

  function sha256(bytes) {
    var length = bytes.length, padded = new Uint8Array(((length + 9 + 63) >> 6) << 6);
    padded.set(bytes);
    padded[length] = 128;
    var view = new DataView(padded.buffer);
    view.setUint32(padded.length - 8, Math.floor(length / 536870912));
    view.setUint32(padded.length - 4, (length << 3) >>> 0);
    var h = H.slice(), w = new Int32Array(64);
    for (var at = 0; at < padded.length; at += 64) {
      for (var i = 0; i < 64; i += 1) {
        if (i < 16) { w[i] = view.getInt32(at + 4 * i); continue; }
        var x = w[i - 15], y = w[i - 2];
        w[i] = (w[i - 16] + (rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3)) +
          w[i - 7] + (rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10))) | 0;
      }
      var s = h.slice();
      for (i = 0; i < 64; i += 1) {
        var e = s[4], a = s[0];
        var t1 = (s[7] + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) +
          ((e & s[5]) ^ (~e & s[6])) + K[i] + w[i]) | 0;
        var t2 = ((rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) +
          ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2]))) | 0;
        s = [(t1 + t2) | 0, s[0], s[1], s[2], (s[3] + t1) | 0, s[4], s[5], s[6]];
      }
      h = h.map(function (value, index) { return (value + s[index]) | 0; });
    }
    var out = new Uint8Array(32), target = new DataView(out.buffer);
    h.forEach(function (value, index) { target.setInt32(4 * index, value); });
    return out;
  }

  var encoder = new TextEncoder();
  function hex(bytes) {
    return Array.prototype.map.call(bytes, function (b) {
      return (b < 16 ? "0" : "") + b.toString(16);
    }).join("");
  }
  function unhex(text) {
    var out = new Uint8Array(text.length / 2);
    for (var i = 0; i < out.length; i += 1) out[i] = parseInt(text.substr(2 * i, 2), 16);
    return out;
  }
  function joined(first, second) {
    var out = new Uint8Array(first.length + second.length);
    out.set(first);
    out.set(second, first.length);
    return out;
  }
  function hashLines() {
    return sha256(encoder.encode(Array.prototype.join.call(arguments, "\n") + "\n"));
  }

  /* The draw */
  function sequence(hearing, round, seed, size, length) {
    var span = 281474976710656, bound = span - span % size, counter = 0, out = [];
    while (out.length < length) {
      counter += 1;
      var digest = hashLines("gongdao-draw-1", hearing, round, seed, counter), value = 0;
      for (var i = 0; i < 6; i += 1) value = value * 256 + digest[i];
      if (value < bound) out.push({ counter: counter, number: value % size + 1 });
    }
    return out;
  }

  function checkDraw(bodies, problems) {
    var panel = bodies.panel_drawn[0];
    var commitment = hex(hashLines("gongdao-seed-commitment-1", panel.hearing, panel.round, panel.secret));
    if (commitment !== bodies.seed_committed[0].commitment) problems.push("commitment");
    var seed = hex(hashLines("gongdao-seed-1", panel.secret, panel.checkpoint.origin,
      panel.checkpoint.size, panel.checkpoint.root, panel.contribution));
    if (seed !== panel.seed) problems.push("seed");
    var steps = panel.steps.slice();
    (bodies.panel_changed || []).forEach(function (change) { steps = steps.concat(change.steps); });
    var due = sequence(panel.hearing, panel.round, seed, panel.roll.size, steps.length), seen = {};
    steps.forEach(function (step, index) {
      if (step.counter !== due[index].counter || step.number !== due[index].number) {
        problems.push("step " + step.counter);
      }
      if (Boolean(seen[step.number]) !== (step.reason === "repeat")) problems.push("repeat " + step.counter);
      seen[step.number] = true;
    });
  }

  /* The count */
  function rootOf(leaves) {
    if (leaves.length === 1) return leaves[0];
    var split = 1;
    while (split * 2 < leaves.length) split *= 2;
    return sha256(joined(new Uint8Array([1]),
      joined(rootOf(leaves.slice(0, split)), rootOf(leaves.slice(split)))));
  }

  function checkCount(bodies, problems) {
    var verdict = bodies.verdict[0], counts = { pay: 0, deny: 0 }, answers = {};
    var opened = bodies.ballots_opened.reduce(function (all, part) {
      return all.concat(part.ballots);
    }, []);
    var leaves = opened.map(function (one) { return one.commitment; }).sort().map(function (c) {
      return sha256(joined(new Uint8Array([0]), unhex(c)));
    });
    if (!leaves.length || hex(rootOf(leaves)) !== bodies.ballots_sealed[0].root) problems.push("root");
    opened.forEach(function (one) {
      if (!one.ballot) return;
      var bytes = joined(unhex(one.nonce), encoder.encode(one.ballot));
      if (hex(sha256(bytes)) !== one.commitment) problems.push("receipt " + one.pseudonym);
      var ballot = JSON.parse(one.ballot);
      if (one.words && hex(sha256(joined(unhex(one.words.nonce), encoder.encode(one.words.text)))) !== ballot.words) {
        problems.push("words " + one.pseudonym);
      }
      if (ballot.hearing !== verdict.hearing) problems.push("hearing " + one.pseudonym);
      counts[ballot.vote] += 1;
      Object.keys(ballot.answers).forEach(function (code) {
        answers[code] = answers[code] || { met: 0, not_met: 0, not_shown: 0 };
        answers[code][ballot.answers[code]] += 1;
      });
    });
    if (counts.pay !== verdict.tally.pay || counts.deny !== verdict.tally.deny) problems.push("votes");
    Object.keys(verdict.tally.by_criterion).forEach(function (code) {
      ["met", "not_met", "not_shown"].forEach(function (answer) {
        if ((answers[code] || {})[answer] !== verdict.tally.by_criterion[code][answer]) {
          problems.push(code + " " + answer);
        }
      });
    });
    if (verdict.basis === "vote") {
      var pays = counts.pay * 1000 > (counts.pay + counts.deny) * verdict.threshold;
      if (pays !== (verdict.outcome === "overturn")) problems.push("outcome");
    }
  }

  function verify(bundle) {
    var bodies = {}, problems = [];
    bundle.entries.forEach(function (entry) {
      if (hex(sha256(encoder.encode(entry.body))) !== entry.body_digest) problems.push(entry.kind);
      (bodies[entry.kind] = bodies[entry.kind] || []).push(JSON.parse(entry.body));
    });
    var checked = false;
    if (bodies.panel_drawn && bodies.seed_committed) { checkDraw(bodies, problems); checked = true; }
    if (bodies.verdict && bodies.ballots_sealed && bodies.ballots_opened) {
      checkCount(bodies, problems);
      checked = true;
    }
    return { checked: checked, problems: problems };
  }

  window.gongdaoJury = { sha256: sha256, hex: hex, sequence: sequence, verify: verify };

  var place = document.getElementById("verify");
  if (!place) return;
  var button = place.querySelector("[data-verify]"), result = place.querySelector("[data-verify-result]");
  button.hidden = false;
  button.addEventListener("click", function () {
    fetch(place.dataset.bundle).then(function (answer) { return answer.json(); }).then(function (bundle) {
      var found = verify(bundle);
      result.textContent = !found.checked ? place.dataset.nothing :
        found.problems.length ? place.dataset.wrong + " " + found.problems.join(", ") : place.dataset.right;
    });
  });
}());

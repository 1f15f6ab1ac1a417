// Checks a page's entries in the reader's own browser: fetches their bytes, hashes them, joins
// them to the root of a signed checkpoint, verifies its signature, and that the record only grew
// since this browser's last visit. Written from RFC 6962, RFC 8032, FIPS 180-4 and C2SP's notes,
// apart from the server's code, so that a fault in one shows in the other.
(function () {
  "use strict";

  const text = new TextEncoder();

  function joined(...parts) {
    const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  const hex = (bytes) => Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");
  const same = (one, two) => one.length === two.length && hex(one) === hex(two);

  function unhex(digits) {
    if (typeof digits !== "string" || !/^([0-9a-f]{2})*$/.test(digits)) throw new Error("hex");
    return Uint8Array.from(digits.match(/../g) || [], (pair) => parseInt(pair, 16));
  }

  function unbase64(letters) {
    return Uint8Array.from(atob(letters), (letter) => letter.charCodeAt(0));
  }

  // --- Hashes. The constants are the fraction bits of roots of primes, computed exactly.
  function primes(count) {
    const found = [];
    for (let n = 2; found.length < count; n += 1) {
      if (found.every((p) => n % p)) found.push(n);
    }
    return found.map(BigInt);
  }

  // floor(value^(1/degree)) by bisection
  function root(value, degree) {
    let low = 0n;
    let high = 1n << BigInt(Math.ceil(value.toString(2).length / degree) + 1);
    while (high - low > 1n) {
      const middle = (low + high) / 2n;
      if (middle ** BigInt(degree) <= value) low = middle;
      else high = middle;
    }
    return low;
  }

  const fraction = (prime, degree, bits) =>
    root(prime << BigInt(bits * degree), degree) & ((1n << BigInt(bits)) - 1n);

  const K32 = Uint32Array.from(primes(64), (p) => Number(fraction(p, 3, 32)));
  const H32 = Uint32Array.from(primes(8), (p) => Number(fraction(p, 2, 32)));
  const K64 = primes(80).map((p) => fraction(p, 3, 64));
  const H64 = primes(8).map((p) => fraction(p, 2, 64));

  function padded(data, block) {
    const length = block / 8;
    const whole = Math.ceil((data.length + 1 + length) / block) * block;
    const all = new Uint8Array(whole);
    all.set(data);
    all[data.length] = 128;
    new DataView(all.buffer).setBigUint64(whole - 8, BigInt(data.length) * 8n);
    return all;
  }

  function sha256(data) {
    const view = new DataView(padded(data, 64).buffer);
    const turn = (x, n) => (x >>> n) | (x << (32 - n));
    const state = Uint32Array.from(H32);
    const w = new Uint32Array(64);
    for (let at = 0; at < view.byteLength; at += 64) {
      for (let i = 0; i < 64; i += 1) {
        if (i < 16) {
          w[i] = view.getUint32(at + i * 4);
        } else {
          const s0 = turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ (w[i - 15] >>> 3);
          const s1 = turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ (w[i - 2] >>> 10);
          w[i] = w[i - 16] + s0 + w[i - 7] + s1;
        }
      }
      let [a, b, c, d, e, f, g, h] = state;
      for (let i = 0; i < 64; i += 1) {
        const s1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
        const one = (h + s1 + ((e & f) ^ (~e & g)) + K32[i] + w[i]) | 0;
        const s0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
        const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
      }
      [a, b, c, d, e, f, g, h].forEach((value, i) => { state[i] += value; });
    }
    const out = new DataView(new ArrayBuffer(32));
    state.forEach((value, i) => out.setUint32(i * 4, value));
    return new Uint8Array(out.buffer);
  }

  function sha512(data) {
    const view = new DataView(padded(data, 128).buffer);
    const cut = (x) => BigInt.asUintN(64, x);
    const turn = (x, n) => cut((x >> n) | (x << (64n - n)));
    let state = H64;
    for (let at = 0; at < view.byteLength; at += 128) {
      const w = [];
      for (let i = 0; i < 16; i += 1) w.push(view.getBigUint64(at + i * 8));
      for (let i = 16; i < 80; i += 1) {
        const s0 = turn(w[i - 15], 1n) ^ turn(w[i - 15], 8n) ^ (w[i - 15] >> 7n);
        const s1 = turn(w[i - 2], 19n) ^ turn(w[i - 2], 61n) ^ (w[i - 2] >> 6n);
        w.push(cut(w[i - 16] + s0 + w[i - 7] + s1));
      }
      let [a, b, c, d, e, f, g, h] = state;
      for (let i = 0; i < 80; i += 1) {
        const s1 = turn(e, 14n) ^ turn(e, 18n) ^ turn(e, 41n);
        const one = cut(h + s1 + ((e & f) ^ (cut(~e) & g)) + K64[i] + w[i]);
        const s0 = turn(a, 28n) ^ turn(a, 34n) ^ turn(a, 39n);
        const two = cut(s0 + ((a & b) ^ (a & c) ^ (b & c)));
        [h, g, f, e, d, c, b, a] = [g, f, e, cut(d + one), c, b, a, cut(one + two)];
      }
      const now = [a, b, c, d, e, f, g, h];
      state = state.map((value, i) => cut(value + now[i]));
    }
    const out = new DataView(new ArrayBuffer(64));
    state.forEach((value, i) => out.setBigUint64(i * 8, value));
    return new Uint8Array(out.buffer);
  }

  // --- The tree, by the recursive definitions of RFC 6962 §2.1
  const leafHash = (data) => sha256(joined([0], data));
  const nodeHash = (left, right) => sha256(joined([1], left, right));

  function split(size) {
    let k = 1;
    while (k * 2 < size) k *= 2;
    return k;
  }

  // The root that a path leads to; §2.1.1 read backwards.
  function rootByInclusion(leaf, index, size, path) {
    if (!(index >= 0 && index < size)) throw new Error("index");
    if (size === 1) {
      if (path.length) throw new Error("path");
      return leaf;
    }
    if (!path.length) throw new Error("path");
    const k = split(size);
    const [rest, last] = [path.slice(0, -1), path[path.length - 1]];
    return index < k
      ? nodeHash(rootByInclusion(leaf, index, k, rest), last)
      : nodeHash(last, rootByInclusion(leaf, index - k, size - k, rest));
  }

  // The two roots that a consistency proof leads to; SUBPROOF of §2.1.2 read backwards.
  function rootsByConsistency(first, second, path, known) {
    if (first === second) {
      if (known) {
        if (path.length) throw new Error("path");
        return [known, known];
      }
      if (path.length !== 1) throw new Error("path");
      return [path[0], path[0]];
    }
    if (!path.length) throw new Error("path");
    const k = split(second);
    const [rest, last] = [path.slice(0, -1), path[path.length - 1]];
    if (first <= k) {
      const [old, grown] = rootsByConsistency(first, k, rest, known);
      return [old, nodeHash(grown, last)];
    }
    const [old, grown] = rootsByConsistency(first - k, second - k, rest, null);
    return [nodeHash(last, old), nodeHash(last, grown)];
  }

  function isConsistent(first, second, oldRoot, newRoot, path) {
    if (!(first > 0 && first <= second)) return false;
    try {
      const [old, grown] = rootsByConsistency(first, second, path, oldRoot);
      return same(old, oldRoot) && same(grown, newRoot);
    } catch (error) {
      return false;
    }
  }

  function isIncluded(leaf, index, size, path, top) {
    try {
      return same(rootByInclusion(leaf, index, size, path), top);
    } catch (error) {
      return false;
    }
  }

  // --- Ed25519 (RFC 8032 §5.1.7) for browsers whose own cryptography lacks it
  const P = 2n ** 255n - 19n;
  const L = 2n ** 252n + 27742317777372353535851937790883648493n;
  const mod = (x) => ((x % P) + P) % P;

  function power(base, exponent) {
    let result = 1n;
    for (let b = mod(base), e = exponent; e; e >>= 1n) {
      if (e & 1n) result = (result * b) % P;
      b = (b * b) % P;
    }
    return result;
  }

  const D = mod(-121665n * power(121666n, P - 2n));
  const ROOT = power(2n, (P - 1n) / 4n);

  function little(bytes) {
    return bytes.reduceRight((sum, one) => (sum << 8n) | BigInt(one), 0n);
  }

  // Affine addition by the curve's own law: slow, and short enough to read.
  function sum([x1, y1], [x2, y2]) {
    const t = mod(D * x1 * x2 * y1 * y2);
    return [
      mod((x1 * y2 + x2 * y1) * power(1n + t, P - 2n)),
      mod((y1 * y2 + x1 * x2) * power(1n - t, P - 2n)),
    ];
  }

  function multiple(scalar, point) {
    let result = [0n, 1n];
    for (let p = point, s = scalar; s; s >>= 1n) {
      if (s & 1n) result = sum(result, p);
      p = sum(p, p);
    }
    return result;
  }

  function point(bytes) {
    const y = little(bytes) & (2n ** 255n - 1n);
    const square = mod((y * y - 1n) * power(D * y * y + 1n, P - 2n));
    let x = power(square, (P + 3n) / 8n);
    if (mod(x * x - square)) x = mod(x * ROOT);
    const sign = BigInt(bytes[31] >> 7);
    if (y >= P || mod(x * x - square) || (!x && sign)) throw new Error("point");
    return [(x & 1n) === sign ? x : P - x, y];
  }

  function isSignedSlowly(key, mark, message) {
    try {
      const s = little(mark.slice(32));
      if (key.length !== 32 || mark.length !== 64 || s >= L) return false;
      const h = little(sha512(joined(mark.slice(0, 32), key, message))) % L;
      const base = point(joined([0x58], new Uint8Array(31).fill(0x66)));
      const one = multiple(s, base);
      const two = sum(point(mark.slice(0, 32)), multiple(h, point(key)));
      return one[0] === two[0] && one[1] === two[1];
    } catch (error) {
      return false;
    }
  }

  async function isSigned(key, mark, message) {
    try {
      const known = await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
      return await crypto.subtle.verify({ name: "Ed25519" }, known, mark, message);
    } catch (error) {
      return isSignedSlowly(key, mark, message);
    }
  }

  // --- C2SP signed notes and checkpoints
  function readKey(line) {
    const [name, hint, ...rest] = line.trim().split("+");
    const raw = unbase64(rest.join("+"));
    const named = sha256(joined(text.encode(`${name}\n`), raw)).slice(0, 4);
    if (raw[0] !== 1 || raw.length !== 33 || hex(named) !== hint) throw new Error("key");
    return { name, hint, key: raw.slice(1) };
  }

  async function readCheckpoint(note, keys) {
    const end = note.lastIndexOf("\n\n");
    const said = note.slice(0, end + 1);
    const [origin, size, top] = said.split("\n");
    for (const line of note.slice(end + 2).split("\n")) {
      const [dash, name, mark] = line.split(" ");
      if (dash !== "—") continue;
      const raw = unbase64(mark);
      const key = keys.find((one) => one.name === name && one.hint === hex(raw.slice(0, 4)));
      if (!key) continue;
      if (!(await isSigned(key.key, raw.slice(4), text.encode(said)))) throw new Error("signature");
      return { origin, size: Number(size), root: unbase64(top) };
    }
    throw new Error("signature");
  }

  // --- The page
  class Broken extends Error {}

  async function fetched(url, how) {
    const answer = await fetch(url, { cache: "no-cache", credentials: "omit" });
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
    return answer[how]();
  }

  async function checkEntry(item, checkpoint) {
    const index = Number(item.dataset.entry);
    const leaf = leafHash(new Uint8Array(await fetched(item.dataset.file, "arrayBuffer")));
    const proof = await fetched(item.dataset.proof, "json");
    if (!isIncluded(leaf, index, checkpoint.size, proof.path.map(unhex), checkpoint.root)) {
      throw new Broken(String(index));
    }
  }

  // Compares with the checkpoint kept at the last visit; the larger one is kept.
  async function checkGrowth(section, checkpoint) {
    const place = `gongdao-record ${checkpoint.origin}`;
    const now = { size: checkpoint.size, root: hex(checkpoint.root) };
    let kept = null;
    try {
      kept = JSON.parse(localStorage.getItem(place));
    } catch (error) {
      kept = null;
    }
    if (kept) {
      const [old, grown] = kept.size <= now.size ? [kept, now] : [now, kept];
      const url = `${section.dataset.consistency}${old.size}/${grown.size}.json`;
      const path = old.size === grown.size ? [] : (await fetched(url, "json")).path.map(unhex);
      if (!isConsistent(old.size, grown.size, unhex(old.root), unhex(grown.root), path)) {
        throw new Broken(`${old.size} → ${grown.size}`);
      }
    }
    try {
      if (!kept || kept.size < now.size) localStorage.setItem(place, JSON.stringify(now));
    } catch (error) {
      return kept ? kept.size : -1;
    }
    return kept ? kept.size : 0;
  }

  async function check(section) {
    const say = section.dataset;
    const verdict = section.querySelector("[data-record-verdict]");
    const items = Array.from(section.querySelectorAll("[data-entry]"));
    const lines = [];
    verdict.dataset.state = "busy";
    verdict.textContent = say.sayBusy;
    try {
      const keys = (await fetched(say.keys, "text")).trim().split("\n").map(readKey);
      let checkpoint;
      try {
        checkpoint = await readCheckpoint(await fetched(say.checkpoint, "text"), keys);
      } catch (error) {
        throw error.message === "signature" ? new Broken(say.checkpoint) : error;
      }
      lines.push(say.saySigned);
      for (const item of items) await checkEntry(item, checkpoint);
      if (items.length) lines.push(say.sayEntries.replace("{}", items.map((i) => i.dataset.entry).join(", ")));
      const before = await checkGrowth(section, checkpoint);
      if (before >= 0) lines.push(before ? say.sayGrown.replace("{}", before) : say.sayFirst);
      verdict.dataset.state = "good";
    } catch (error) {
      const words = error instanceof Broken ? say.sayBad : say.sayFailed;
      lines.push(words.replace("{}", error.message));
      verdict.dataset.state = error instanceof Broken ? "bad" : "failed";
    }
    verdict.textContent = "";
    for (const line of lines) {
      const row = document.createElement("p");
      row.textContent = line;
      verdict.append(row);
    }
  }

  for (const section of document.querySelectorAll("[data-record-proof]")) {
    const button = section.querySelector("[data-record-check]");
    if (!button || typeof BigInt !== "function") continue;
    button.parentElement.hidden = false;
    button.addEventListener("click", async () => {
      button.disabled = true;
      await check(section);
      button.disabled = false;
    });
  }

  window.gongdaoRecord = {
    hex, unhex, sha256, sha512, leafHash, nodeHash, isIncluded, isConsistent, isSigned,
    isSignedSlowly, readKey, readCheckpoint,
  };
})();

// Makes tencent_vectors.json with two other implementations of the platform's crypto, @wecom/crypto and wechat-crypto.
//
//   npm install @wecom/crypto@1.0.1 wechat-crypto@0.0.2       in a folder of its own, with this file copied into it
//   node make_tencent_vectors.mjs make vectors.json           theirs: sealed by the one, and read by the other
//   python -m tests.channels.tencent_vectors ours vectors.json ours.json    in the project: the same texts sealed by us
//   node make_tencent_vectors.mjs read vectors.json ours.json               ours, read by both; their reading is noted
//
// Nothing of it runs in a test.
import { createHash, randomBytes, randomInt } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import wecom from '@wecom/crypto';
import WechatCrypto from 'wechat-crypto';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const UNITS = ['a', '水', '😀', ']]>', '<a/>', '\n', 'é', '\u202e\u05e9\u05dc\u05d5\u05dd', '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}', '𠮷', ' ', '&amp;'];
const word = (count) => Array.from({ length: count }, () => LETTERS[randomInt(LETTERS.length)]).join('');
const hash = (text) => createHash('sha256').update(text).digest('hex');

// A text is [unit, how often]: vectors stay small.
function recipes() {
  const found = [['', 0], ['a', 10000], ['水', 10000]];
  for (let count = 1; count <= 100; count += 1) found.push(['a', count]);
  for (const unit of UNITS) for (const count of [1, 2, 5, 7, 10, 21, 32, 40]) found.push([unit, count]);
  return found;
}

function accounts() {
  return ['wx' + randomBytes(8).toString('hex'), 'ww' + word(16)].map((receiver) => ({
    token: word(24), aes_key: word(43), receiver,
  }));
}

function vector(accounts, recipe, index) {
  const which = index % 2;
  const { token, aes_key, receiver } = accounts[which];
  const other = new WechatCrypto(token, aes_key, receiver);
  const text = recipe[0].repeat(recipe[1]);
  const byFirst = index % 4 < 2;
  const encrypted = byFirst
    ? wecom.encrypt(aes_key, text, receiver, Buffer.from(word(16)))
    : other.encrypt(text);
  const seen = byFirst ? other.decrypt(encrypted) : wecom.decrypt(aes_key, encrypted);
  if (seen.message !== text || seen.id !== receiver) throw new Error(`they disagree at ${index}`);
  const timestamp = String(1700000000 + randomInt(100000000));
  const nonce = index % 3 ? String(randomInt(2 ** 31)) : word(1 + (index % 16));
  const signature = byFirst
    ? wecom.getSignature(token, timestamp, nonce, encrypted)
    : other.getSignature(timestamp, nonce, encrypted);
  const chance = wecom.decrypt(aes_key, encrypted).random.toString('base64');
  return { account: which, text: recipe, by: byFirst ? '@wecom/crypto' : 'wechat-crypto', timestamp, nonce, signature, chance, encrypted };
}

function make(path) {
  const known = accounts();
  const vectors = recipes().map((recipe, index) => vector(known, recipe, index));
  write(path, { accounts: known, vectors });
}

// What both read in our ciphertext, as the hash of the text and the receiver.
function read(path, oursPath) {
  const known = JSON.parse(readFileSync(path, 'utf8'));
  const ours = JSON.parse(readFileSync(oursPath, 'utf8'));
  known.vectors.forEach((one, index) => {
    const { token, aes_key, receiver } = known.accounts[one.account];
    const { encrypted, timestamp, nonce, signature } = ours[index];
    const readings = [wecom.decrypt(aes_key, encrypted), new WechatCrypto(token, aes_key, receiver).decrypt(encrypted)];
    const hashes = readings.map((reading) => hash(`${reading.id}\n${reading.message}`));
    if (hashes[0] !== hashes[1]) throw new Error(`they read ${index} differently`);
    if (wecom.getSignature(token, timestamp, nonce, encrypted) !== signature) throw new Error(`signature of ${index}`);
    one.read = hashes[0];
    one.ours = hash(encrypted);
  });
  write(path, known);
  console.log(`${ours.length} of ours read by both`);
}

function write(path, known) {
  const rows = known.vectors.map((one) => JSON.stringify(one)).join(',\n');
  writeFileSync(path, `{"accounts": ${JSON.stringify(known.accounts)},\n"vectors": [\n${rows}\n]}\n`);
}

const [, , verb, ...paths] = process.argv;
({ make, read })[verb](...paths);

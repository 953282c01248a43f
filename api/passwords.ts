/** Passwords: scrypt (RFC 7914) with the parameters stored beside the hash, so that they can be raised later. */
import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';

const COST = { N: 32_768, r: 8, p: 1 };
const KEY_BYTES = 32;
const MAX_MEMORY_BYTES = 128 * 1024 * 1024;

/** Shortest and longest password taken. */
export const passwordLimits = { min: 10, max: 200 } as const;

/** Hashes a password for the store: `scrypt$N$r$p$salt$hash`. */
export const hashPassword = async (password: string): Promise<string> => {
  const salt = randomBytes(16);
  const hash = await derive(password, salt, COST);
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), hash.toString('base64url')].join('$');
};

/** Tells whether a password fits a stored hash. Without a hash it takes the same time and says no. */
export const passwordFits = async (password: string, stored: string | null): Promise<boolean> => {
  const [, n, r, p, salt, hash] = (stored ?? (await placeholder())).split('$');
  const expected = Buffer.from(hash ?? '', 'base64url');
  const cost = { N: Number(n), r: Number(r), p: Number(p) };
  const found = await derive(password, Buffer.from(salt ?? '', 'base64url'), cost);
  return stored !== null && found.length === expected.length && timingSafeEqual(found, expected);
};

/** A password nobody has to remember for long: 20 letters and digits (about 100 bits). */
export const randomPassword = (): string =>
  [...randomBytes(20)].map((byte) => 'abcdefghijkmnpqrstuvwxyz23456789'[byte % 32]).join('');

function placeholder(): Promise<string> {
  const salt = Buffer.alloc(16).toString('base64url');
  const hash = Buffer.alloc(KEY_BYTES).toString('base64url');
  return Promise.resolve(['scrypt', COST.N, COST.r, COST.p, salt, hash].join('$'));
}

function derive(password: string, salt: Buffer, cost: ScryptOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, KEY_BYTES, { ...cost, maxmem: MAX_MEMORY_BYTES }, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}

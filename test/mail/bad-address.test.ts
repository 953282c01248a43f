import { isBadAddress } from '../../mail/reports/bad-address';

test.each<[string | null, boolean]>([
  ['5.1.1', true],
  ['5.1.2', true],
  ['5.1.10', true],
  ['550 5.1.1 <tom@customers.test>: no such user', true],
  ['550-5.1.1 The account does not exist', true],
  ['smtp; 550 5.1.0 Address rejected', true],
  // About our address, not the recipient's.
  ['5.1.7', false],
  ['5.1.8', false],
  ['5.2.2', false],
  ['550 5.7.1 Relaying denied', false],
  ['4.1.1', false],
  ['550 no such user 192.15.1.1', false],
  ['5.0.0', false],
  ['', false],
  [null, false],
])('a server that says %j says of the address that it does not exist: %s', (words, bad) => {
  expect(isBadAddress(words)).toBe(bad);
});

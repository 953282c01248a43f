import { decodeXtext } from '../../mail/mime/xtext';

describe('an address coded as xtext (RFC 3461, section 4)', () => {
  test.each([
    ['user+2Bx@customers.test', 'user+x@customers.test'],
    ['user+2Bx+3Dy@customers.test', 'user+x=y@customers.test'],
    ['"first+20last"@customers.test', '"first last"@customers.test'],
    ['m+C3+BCller@customers.test', 'müller@customers.test'],
  ])('%s is %s', (coded, address) => {
    expect(decodeXtext(coded)).toBe(address);
  });

  test.each([
    ['has no code', 'user@customers.test'],
    ['has a plus of its own', 'user+2Bx+tag@customers.test'],
    ['has a tag of small letters', 'user+2bx@customers.test'],
    ['codes what needs no code', 'user+41@customers.test'],
    ['would become two lines', 'user+0D+0Ax@customers.test'],
  ])('one that %s stays: %s', (_what, address) => {
    expect(decodeXtext(address)).toBe(address);
  });
});

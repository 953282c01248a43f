import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { missingOptionals, type LockFile } from './check/complete-lock';

describe('package-lock.json', () => {
  it('lists every optional package, without which npm ci refuses it (else: npm run complete-lock)', () => {
    const lock: LockFile = JSON.parse(readFileSync(join(__dirname, '..', 'package-lock.json'), 'utf8'));
    expect(Object.keys(lock.packages).length).toBeGreaterThan(300);
    expect(missingOptionals(lock)).toEqual({});
  });

  it('is completed with the platform that a package is for', () => {
    const optionalDependencies = { '@x/binding-linux-arm64-musl': '1.2.3', '@x/core-win32-x64-msvc': '1.2.3' };
    expect(missingOptionals({ packages: { '': {}, 'node_modules/x': { dev: true, optionalDependencies } } })).toEqual({
      'node_modules/@x/binding-linux-arm64-musl': {
        version: '1.2.3',
        dev: true,
        cpu: ['arm64'],
        libc: ['musl'],
        optional: true,
        os: ['linux'],
      },
      'node_modules/@x/core-win32-x64-msvc': {
        version: '1.2.3',
        dev: true,
        cpu: ['x64'],
        optional: true,
        os: ['win32'],
      },
    });
  });
});

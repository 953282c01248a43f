import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onlyKnownWords } from '../../config/only-known-words';

interface LockedPackage {
  version?: string;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
}

/** The part of `package-lock.json` this file reads. */
export interface LockFile {
  packages: Record<string, LockedPackage>;
}

const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const PROCESSORS = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'];

/**
 * Optional packages (one per platform) that a lock file does not list, which `npm ci` refuses. npm leaves them out when
 * the registry it was run against does not have them for platforms other than its own.
 */
export function missingOptionals(lock: LockFile): Record<string, LockedPackage> {
  const missing: [string, LockedPackage][] = [];
  for (const [place, { optionalDependencies = {}, dev }] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      const known = [`${place}/node_modules/${name}`, `node_modules/${name}`].some((path) => path in lock.packages);
      if (!known) missing.push([`node_modules/${name}`, { version, ...(dev ? { dev } : {}), ...platformOf(name) }]);
    }
  }
  return Object.fromEntries(missing);
}

function platformOf(name: string): LockedPackage {
  const words = name.split(/[/-]/);
  const cpu = words.filter((word) => PROCESSORS.includes(word)).slice(-1);
  const os = words.filter((word) => SYSTEMS.includes(word)).slice(0, 1);
  const libc = /musl/.test(name) ? ['musl'] : /linux.*-gnu$/.test(name) ? ['glibc'] : [];
  return { cpu, ...(libc.length > 0 ? { libc } : {}), optional: true, os };
}

/** `npm run complete-lock`: adds them, so that `npm ci` works on every platform and against every registry. */
if (require.main === module) {
  onlyKnownWords(process.argv.slice(2), { usage: 'npm run complete-lock' });
  const file = join(__dirname, '..', '..', 'package-lock.json');
  const lock: LockFile = JSON.parse(readFileSync(file, 'utf8'));
  const all = { ...lock.packages, ...missingOptionals(lock) };
  lock.packages = Object.fromEntries(Object.entries(all).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
}

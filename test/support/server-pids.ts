import { execFileSync } from 'node:child_process';

/** Process ids of the two servers that run on a data folder; they name it among their arguments. */
export function serverPids(dataDir: string): { temporal: number | null; database: number | null } {
  const lines = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8', maxBuffer: 16_000_000 }).split('\n');
  const pidOf = (program: RegExp): number | null => {
    const line = lines.find((each) => each.includes(dataDir) && program.test(each) && !/\/bin\/sh -c/.test(each));
    return line === undefined ? null : Number(line.trim().split(' ')[0]);
  };
  return { temporal: pidOf(/temporal server start-dev/), database: pidOf(/RingpostDatabase|mongod/) };
}

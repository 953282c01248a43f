import type { Finding } from '../../flows';
import type { Paint } from './colours';

/** Findings of one file. */
export interface FileFindings {
  file: string;
  findings: Finding[];
}

/** Findings for people: one line each under the name of the file, and how many there are. */
export function describeFindings(files: readonly FileFindings[], paint: Paint): string {
  const all = files.flatMap(({ findings }) => findings);
  const blocks = files
    .filter(({ findings }) => findings.length > 0)
    .map(({ file, findings }) => [paint.bold(file), ...findings.map((finding) => line(finding, paint)), ''].join('\n'));
  const errors = all.filter(({ severity }) => severity === 'error').length;
  const counted = `${count(errors, 'error')} and ${count(all.length - errors, 'warning')} in ${count(files.length, 'flow')}.`;
  return `${[...blocks, all.length === 0 ? `Nothing to find fault with in ${count(files.length, 'flow')}.` : counted].join('\n')}\n`;
}

function line({ line, column, severity, code, message, suggestion, related }: Finding, paint: Paint): string {
  const word = severity === 'error' ? paint.red('error  ') : paint.yellow('warning');
  const more = related.map(
    (each) => `\n${' '.repeat(16)}${paint.faint(`${each.line}:${each.column} ${each.message}`)}`,
  );
  const hint = suggestion === undefined ? '' : ` ${suggestion}`;
  return `  ${`${line}:${column}`.padEnd(8)}${word}  ${code}  ${message}${hint}${more.join('')}`;
}

/** `1 error`, `3 errors`. */
export function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}

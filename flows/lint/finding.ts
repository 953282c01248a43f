/** Another place that belongs to a finding. */
export interface Related {
  pointer: string;
  line: number;
  column: number;
  message: string;
}

/** One thing that is wrong or doubtful in a flow; the same for console, CLI, API and publish gate. */
export interface Finding {
  /** `E201`; the letter is the severity. Each has a page in docs/lint. */
  code: string;
  severity: 'error' | 'warning';
  /** RFC 6901. */
  pointer: string;
  /** Both from 1; columns count UTF-16 units as editors do. */
  line: number;
  column: number;
  /** For an admin who never saw JSON: what is wrong, where, what to do. */
  message: string;
  suggestion?: string;
  related: Related[];
}

/** A finding as a rule gives it, before its place in the text is known. */
export interface Found {
  pointer: string;
  message: string;
  suggestion?: string;
  related?: { pointer: string; message: string }[];
}

/** One step of an RFC 6901 pointer. */
export function pointerTo(...path: (string | number)[]): string {
  let pointer = '';
  for (const step of path) pointer += `/${typeof step === 'string' ? escaped(step) : step}`;
  return pointer;
}

function escaped(step: string): string {
  return step.includes('~') || step.includes('/') ? step.replaceAll('~', '~0').replaceAll('/', '~1') : step;
}

/** The steps of an RFC 6901 pointer. */
export function stepsOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

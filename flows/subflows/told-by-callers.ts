import type { Flow } from '../flow';
import type { Finding } from '../lint/finding';

/**
 * The findings of a flow that others call, without what its callers settle: its faults go to their `onError` (W205), and
 * its variables are read by those that declare them as well (W313).
 */
export function withoutWhatCallersDo(findings: readonly Finding[], callers: readonly Flow[]): Finding[] {
  const read = ({ code, pointer }: Finding): boolean =>
    code === 'W313' && callers.some(({ variables = {} }) => Object.hasOwn(variables, pointer.split('/').at(-1) ?? ''));
  return findings.filter((each) => !read(each) && (each.code !== 'W205' || callers.length === 0));
}

/** True when a finding may be one that callers settle, so that it is worth looking for them. */
export const mayBeSettled = (findings: readonly Finding[]): boolean =>
  findings.some(({ code }) => code === 'W205' || code === 'W313');

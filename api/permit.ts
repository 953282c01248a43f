import { timingSafeEqual } from 'node:crypto';
import type { Access } from './access';
import { ApiError } from './api-error';
import type { Caller } from './caller';

/** Lets a caller pass or throws why not: signed in, right role, token's scope, CSRF token on writes by cookie. */
export const permit = (asked: {
  access: Access;
  caller: Caller | null;
  write: boolean;
  csrf: string | undefined;
}): void => {
  const { access, caller, write, csrf } = asked;
  if (access === 'anyone') return;
  if (!caller) throw new ApiError('not-signed-in');
  if (!access.roles.includes(caller.role)) throw new ApiError('wrong-role', roleSentence(access.roles, caller.role));
  const { credential } = caller;
  if (credential.kind === 'token') {
    if (access.scope === null) throw new ApiError('session-needed');
    if (!credential.scopes.includes(access.scope)) {
      throw new ApiError('wrong-scope', `The API token lacks the scope "${access.scope}".`, { scope: access.scope });
    }
    return;
  }
  if (write && !sameText(csrf ?? '', credential.csrf)) throw new ApiError('csrf-missing');
};

function roleSentence(needed: readonly string[], role: string): string {
  return `This needs the role ${needed.join(' or ')}; yours is ${role}. Ask somebody who has it.`;
}

function sameText(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}

import { errorCatalogue, type ErrorCode } from './error-catalogue';

/** A finding of a check: where in the body or query, and what is wrong there. */
export interface InputFinding {
  where: string;
  what: string;
}

/** Further members of a problem (RFC 9457, 3.2); nothing a stranger may not know. */
export interface ProblemMembers {
  findings?: readonly object[];
  by?: string;
  at?: string;
  [member: string]: unknown;
}

/** A refusal of the API; the only error a route throws on purpose. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ErrorCode;
  readonly members: ProblemMembers;

  constructor(code: ErrorCode, detail?: string, members: ProblemMembers = {}) {
    super(detail ?? errorCatalogue[code].detail);
    this.code = code;
    this.members = members;
  }
}

/** "There is no channel "x", or you may not see it." */
export const notFound = (what: string, id: string): ApiError =>
  new ApiError('not-found', `There is no ${what} "${id.slice(0, 200)}", or you may not see it.`, {
    what,
    id: id.slice(0, 200),
  });

/** A body with one thing wrong in it: at this place, this. */
export const wrongBody = (where: string, what: string): ApiError =>
  new ApiError('wrong-body', undefined, { findings: [{ where, what }] });

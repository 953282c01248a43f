/** Why a webhook was not answered as it must be; data, so that the story can tell it. Nothing in it is personal. */
export interface WebhookFailure {
  code: keyof typeof SENTENCES;
  /** HTTP status, where the other system answered one. */
  status?: number;
  /** Variable that could not be filled. */
  variable?: string;
  /** How often it was tried. */
  attempts?: number;
}

const SENTENCES = {
  'no-connection': 'there is no such connection',
  'method-not-allowed': 'the connection does not allow this method',
  'secret-unreadable': 'its secret was sealed with another key; enter it anew',
  'address-forbidden': 'its host is an address inside this machine or network, and the connection does not allow that',
  'host-unknown': 'the name of its host is not known',
  'wrong-path': 'what was filled in would leave the path',
  'request-too-large': 'the request is too large',
  'no-answer': 'the line broke, or nobody listens there',
  'not-trusted': 'its certificate cannot be trusted',
  'timed-out': 'it did not answer in time',
  redirected: 'it answered with another address; redirects are not followed',
  status: 'it refused',
  'too-large': 'its answer is too large',
  'not-json': 'its answer is no JSON',
  'value-missing': 'its answer lacks a value',
  'value-does-not-fit': 'its answer has a value that the variable cannot hold',
  'value-personal': 'its answer has personal data, which only a personal variable keeps',
} as const;

/** A failure as it comes back out of a history, where a newer release may have written another code. */
type Told = Omit<WebhookFailure, 'code'> & { code: string };

/** Tells a failure in half a sentence for an admin. */
export function failureWords({ code, status, variable, attempts = 1 }: Told): string {
  const known = new Map<string, string>(Object.entries(SENTENCES)).get(code) ?? 'it could not be asked';
  const about = [
    ...(status === undefined ? [] : [`status ${status}`]),
    ...(variable === undefined ? [] : [`variable "${variable}"`]),
    ...(attempts > 1 ? [`after ${attempts} attempts`] : []),
  ];
  return about.length === 0 ? known : `${known} (${about.join(', ')})`;
}

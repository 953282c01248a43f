/** What is asked of an enquiry that may be part of an elder one. */
import type { Enquiry } from '../store/enquiries';
import { ApiError } from './api-error';

/** How long a merge may be taken back (7 days in ms). */
export const UNMERGE_WITHIN_MS = 7 * 86_400_000;

/** Throws `enquiry-merged`, with where to go on, when an enquiry is none of its own any more. */
export const mustStandAlone = ({ number, state }: Pick<Enquiry, 'number' | 'state'>): void => {
  const merged = state?.merged;
  if (!merged) return;
  throw new ApiError(
    'enquiry-merged',
    `Enquiry ${number} was merged into enquiry ${merged.number}. Go on there: /v1/enquiries/${merged.into}.`,
    { into: merged.into },
  );
};

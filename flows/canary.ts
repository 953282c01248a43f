import { shareOf } from './share';

/** A live revision with, perhaps, another beside it that a share of new enquiries runs. */
interface Weighted {
  revision: number;
  canary?: { revision: number; percent: number } | null;
}

/**
 * The revision an enquiry begins with. The hash is not the one of a `percentage` route, so that a canary of 10 % is 10 %
 * of each of its destinations.
 */
export function revisionFor({ revision, canary }: Weighted, enquiryId: string): number {
  return canary && shareOf(`canary/${enquiryId}`) < canary.percent ? canary.revision : revision;
}

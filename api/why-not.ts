import type { Enquiry } from '../store/enquiries';
import type { ActKind } from './wanted-act';

type Standing = Pick<Enquiry, 'closedAt' | 'status' | 'assignee' | 'state'>;

/** Says what an enquiry lacks for an act; nothing where it lacks nothing that is known here. */
const lacks: Partial<Record<ActKind, (enquiry: Standing) => string | false>> = {
  reopen: ({ closedAt }) => closedAt === null && 'It is open already. Take it, or take it over, to serve it.',
  unmerge: ({ state }) =>
    !state?.merged &&
    'It is not merged into another enquiry, or not any more. What is taken back is named by the younger of the two.',
  'not-spam': ({ state }) => !state?.spam && 'It is not marked as spam.',
  resume: ({ status }) => status !== 'parked' && 'It is not parked, so it goes on by itself.',
  snooze: notInHand,
  release: notInHand,
};

function notInHand({ assignee, status, state }: Standing): string | false {
  if (status === 'parked') return 'It is parked. A supervisor can send it on with POST /v1/enquiries/{id}/resume.';
  const rings = ['ring', 'line', 'list'].includes(state?.rest?.kind ?? '');
  return assignee !== null && rings && 'It is being transferred. Take that back first, with POST transfer/undo.';
}

/** Why an act is not possible now, as a sentence for whoever asked; nothing where no more is known than the catalogue says. */
export const whyNot = (kind: ActKind, enquiry: Standing): string | undefined => lacks[kind]?.(enquiry) || undefined;

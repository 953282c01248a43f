import type { Loose } from '../database/model';
import { blobsOf, idsOf, type Find, type Found } from './looking-for';

/** Of these blobs those that something else names: another mail with the same picture, a draft, a standard response. */
export async function usedElsewhere(find: Find, shas: string[], found: Found): Promise<Set<string>> {
  const named = { $in: shas };
  const others = (...documents: (readonly Loose[])[]) => ({ _id: { $nin: idsOf(documents.flat()) } });
  const inMessage = { $or: [{ blob: named }, { bodyBlob: named }, { 'attachments.blob': named }] };
  const drafts = { 'attachments.blob': named, enquiry: { $nin: found.enquiries } };
  const fields = { blob: 1, bodyBlob: 1, attachments: 1 } as const;
  const users = await Promise.all([
    find('messages', { ...inMessage, ...others(found.messages, found.naming) }, fields),
    // A mail of somebody else keeps its files; only its raw bytes and its text as it came may go.
    find('messages', { 'attachments.blob': named, _id: { $in: idsOf(found.naming) } }, { attachments: 1 }),
    find('ledger', { blob: named, ...others(found.ledger, found.ledgerNaming) }, fields),
    find('unsettled', { blob: named, ...others(found.ledger, found.ledgerNaming) }, fields),
    find('outbox', { blob: named, ...others(found.outbox, found.outboxNaming) }, fields),
    find('drafts', drafts, fields),
    find('standardResponses', { 'attachments.blob': named }, fields),
  ]);
  return new Set(users.flat().flatMap(blobsOf));
}

import type { ServiceMode } from './users';

/** Who wrote a mail that leaves, or a note. */
export interface WrittenBy {
  kind: 'agent' | 'program' | 'flow' | 'system';
  /** User id; of what no user wrote its kind. */
  id: string;
  /** Program that drafted what an agent sent; null: he wrote it himself. */
  draftedBy: string | null;
}

/** What a user writes stands as. */
export const writtenByUser = ({ id, service }: { id: string; service: ServiceMode | null }): WrittenBy => ({
  kind: service === null ? 'agent' : 'program',
  id,
  draftedBy: null,
});

/** By the author alone: of what no user wrote, and of messages from before this was kept. */
export const writtenByAuthor = (author: string | null): WrittenBy | null => {
  if (author === null) return null;
  return { kind: author === 'flow' || author === 'system' ? author : 'agent', id: author, draftedBy: null };
};

import { hasContent, workingDraftId, type Draft, type Drafts } from './drafts';
import { withBoth } from './taking-back';
import type { Users } from './users';

const mostTries = 20;

/**
 * Shows what colleagues are writing in one enquiry in another too: where somebody has a draft there, below that. What they
 * wrote stays where it was, so nothing is lost when the two are parted again. May run again.
 */
export function createBringingDrafts({ drafts, users }: { drafts: Drafts; users: Users }) {
  async function bring(draft: Draft, to: string, now: Date): Promise<void> {
    const id = workingDraftId(to, draft.agent);
    const mark = `${draft._id}#${draft.digest}`;
    for (let tries = 0; tries < mostTries; tries += 1) {
      const there = await drafts.get(id);
      if (there?.restored?.includes(mark)) return;
      const both = there ? withBoth(there, draft) : withBoth(draft, null);
      const restored = [...(there?.restored ?? []), mark].slice(-20);
      const brought = { ...both, _id: id, enquiry: to, savedAt: now, restored };
      if (await drafts.restore(brought, there?.digest ?? null)) return;
    }
  }

  return async (from: string, to: string, now: Date): Promise<void> => {
    const agents = (await users.list()).map(({ _id }) => _id);
    for (const draft of await drafts.workingOf(from, agents)) if (hasContent(draft)) await bring(draft, to, now);
  };
}

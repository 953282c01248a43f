import { threadKeyId } from '../../store/thread-keys';
import { aUser } from '../support/a-user';
import { aReplyTo } from '../support/mails-of-work';
import { aDraft } from '../support/work';
import type { RepeatTools } from './repeat-tools';

/** Activities that touch two enquiries, each done twice with the world changed in between. */
export const repeatsOfJoining = ({ desk, opened, perform }: RepeatTools) => {
  const mailOf = async (id: string) => (await desk().store.enquiries.get(id))?.mail ?? [];
  const idsOf = async (id: string) => (await mailOf(id)).map(({ message }) => message);
  const told = {
    by: 'ann',
    since: 1,
    open: true,
    awaits: true,
    assignee: null,
    tags: [],
    priority: 0,
    attention: null,
  };

  return {
    async bringOver() {
      const [elder, younger] = [await opened(), await opened()];
      await desk().store.users.create(aUser('ann'));
      const { draft } = await aDraft(desk(), younger, 'ann', 'Half a sentence');
      const { _id, sentAs: _sentAs, v: _v, ...words } = (await desk().store.drafts.get(draft))!;
      await desk().store.drafts.save({ ...words, _id: `${younger}:draft:ann` });
      const effect = { do: 'bringOver', into: elder, told } as const;
      await perform(younger, effect, 1);
      const late = await aReplyTo(desk(), elder);
      await perform(younger, effect, 1);
      expect(await idsOf(elder)).toEqual([`m-${elder}`, `m-${younger}`, late]);
      const stands = await desk().store.enquiries.get(elder);
      expect(stands?.absorbed).toMatchObject([{ enquiry: younger, by: 'ann' }]);
      expect(stands?.mail[1]).toMatchObject({ of: younger, before: true });
      expect((await desk().store.drafts.get(`${elder}:draft:ann`))?.text).toBe('Half a sentence');
    },
    async bringBack() {
      const [elder, younger] = [await opened(), await opened()];
      await perform(younger, { do: 'bringOver', into: elder, told }, 1);
      const effect = { do: 'bringBack', from: elder, by: 'ann', since: 2 } as const;
      await perform(younger, effect, 2);
      const late = await aReplyTo(desk(), elder);
      await perform(younger, effect, 2);
      expect([await idsOf(elder), await idsOf(younger)]).toEqual([[`m-${elder}`, late], [`m-${younger}`]]);
      expect((await desk().store.enquiries.get(elder))?.absorbed).toEqual([]);
    },
    async carryOn() {
      const [elder, younger] = [await opened(), await opened()];
      const late = await aReplyTo(desk(), younger);
      const effect = { do: 'carryOn', into: elder, messageId: late } as const;
      await perform(younger, effect, 1);
      await aReplyTo(desk(), elder);
      await perform(younger, effect, 1);
      expect((await mailOf(elder)).filter(({ message }) => message === late)).toMatchObject([{ of: younger }]);
    },
    async partMessage() {
      const { store } = desk();
      const [from, other] = [await opened(), await opened()];
      const [split, moved] = [await aReplyTo(desk(), from), await aReplyTo(desk(), from)];
      const keys = [split, moved].map((id) => threadKeyId('support', `<${id}@customers.test>`));
      const key = { enquiry: from, guess: false, by: 'x', contentHash: null, v: 1 };
      await store.threadKeys.claim(keys.map((_id) => ({ ...key, _id })));
      const fresh = `${from}-split`;
      for (const effect of [
        { do: 'partMessage', message: split, to: fresh, by: 'ann', fresh: true } as const,
        { do: 'partMessage', message: moved, to: other, by: 'ann' } as const,
      ]) {
        const first = await perform(from, effect, 1);
        await aReplyTo(desk(), effect.to);
        expect(await perform(from, effect, 1)).toEqual(first);
      }
      expect(await idsOf(from)).toEqual([`m-${from}`]);
      expect([(await idsOf(fresh))[0], (await idsOf(other))[1]]).toEqual([split, moved]);
      expect([await idsOf(fresh), await idsOf(other)].map(({ length }) => length)).toEqual([2, 3]);
      expect((await store.messages.getMany([split, moved])).map(({ enquiry }) => enquiry)).toEqual([fresh, other]);
      expect((await store.threadKeys.lookUp(keys)).map(({ enquiry }) => enquiry)).toEqual([fresh, other]);
      expect((await store.enquiries.get(from))?.moved).toMatchObject([{ to: fresh }, { to: other }]);
    },
  };
};

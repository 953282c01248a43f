import { fillPlaces, storePlaces } from '../../flows';
import type { EffectActivities, EffectCall } from '../effects';
import type { ReadInbound } from '../inbound-messages';
import type { Ports } from '../ports';
import { tellMentioned } from '../notices/tell-mentioned';
import { readFacts } from './store-facts';

type NotePorts = Pick<Ports, 'store' | 'now'>;

/**
 * Shows a note in the enquiry. An agent's note is a message the API stored before; a flow's note brings its text, and
 * what stands in `{{ }}` is filled in here, so that nothing personal enters history.
 */
export const keepNote =
  ({ store, now }: NotePorts, readInbound: ReadInbound): EffectActivities['keepNote'] =>
  async (call) => {
    const { enquiryId, channelId, effect } = call;
    const at = now();
    const text = await filled({ store, now }, readInbound, call);
    if (text !== undefined) {
      const author = effect.agent ?? 'flow';
      await store.messages.insertNote({ _id: effect.note, enquiry: enquiryId, channel: channelId, author, text, at });
    }
    await store.enquiries.addMail(enquiryId, { message: effect.note, at, direction: 'note' });
    if (text === undefined) await tellMentioned({ store, now }, { note: effect.note, number: call.number });
    return { done: true };
  };

async function filled(
  ports: NotePorts,
  readInbound: ReadInbound,
  { enquiryId, channelId, contact, effect }: EffectCall<'keepNote'>,
): Promise<string | undefined> {
  const { text, facts } = effect;
  if (text === undefined || facts === undefined) return text;
  const paths = storePlaces(text, facts);
  const values = await readFacts({ ...ports, readInbound }, { enquiryId, channelId, contact, known: facts, paths });
  return fillPlaces(text, facts, (path) => values.get(path));
}

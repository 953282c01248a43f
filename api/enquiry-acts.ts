/**
 * What a request for an act goes through: who may see the enquiry, whether the act was done before under the same key,
 * what the store says already, then the Update, and an answer that tells who and when.
 */
import type { UpdateDefinition } from '@temporalio/common';
import type { ActOutcome, ActRefusal } from '../flows/state';
import type { Enquiry } from '../store/enquiries';
import type { ActInput } from '../workflows/messages';
import { lookUpAct, orPending, performAct, type ActPorts, type ActResult } from './acts';
import { ApiError } from './api-error';
import { dictionary, either, list, named, number, object, text, word, type TypeOf } from './http/schema';
import type { ApiPorts } from './ports';
import { isoOf } from './shapes/basics';
import { mustStandAlone } from './merged';
import { whyNot } from './why-not';
import { earlierOutcome, type ActKind, type WantedAct } from './wanted-act';

/** Answer of an act that was done. */
export const actDoneShape = named(
  'ActDone',
  object(
    {
      outcome: word(['done']),
      act: text({ description: 'Name of the act, for GET /v1/enquiries/{id}/acts/{act}.' }),
      detail: dictionary(either(text(), number()), 'What it led to, such as the outbox id of a reply.'),
    },
    { warnings: list(text(), { description: 'What you should know, such as a recipient whose mail came back.' }) },
  ),
);

/** Answer of an act whose outcome is not known yet. */
export const actPendingShape = named(
  'ActPending',
  object({
    outcome: word(['pending']),
    act: text(),
    look: text({ description: 'Ask there for the outcome, or repeat the request with the same Idempotency-Key.' }),
  }),
);

/** Answers every act may give. */
export const actAnswers = { 200: actDoneShape, 202: actPendingShape } as const;

/** Refusals every act may give. */
export const actErrors = [
  'temporal-away',
  'too-many-acts',
  'enquiry-closed',
  'enquiry-parked',
  'not-possible-now',
  'key-used-otherwise',
] as const;

/** Answer of an act. */
export type ActReply =
  | { status: 200; body: TypeOf<typeof actDoneShape> }
  | { status: 202; body: TypeOf<typeof actPendingShape>; headers: Record<string, string> };

/** What is sent to the run, and what is asked before. */
export interface Performed<Input extends ActInput> {
  update: UpdateDefinition<ActOutcome, [Input]>;
  /** Makes the input, storing what travels by id only. */
  input: () => Promise<Omit<Input, keyof ActInput>>;
  /** Throws when the caller may not do this. */
  guard?: () => Promise<void>;
  /** What is done instead when the enquiry is closed; without it the act is refused. */
  whenClosed?: () => Promise<ActOutcome>;
}

/** What is answered of; without `kind` where only the act's name is known. */
type Answered = Pick<WantedAct, 'enquiry' | 'act'> & Partial<Pick<WantedAct, 'kind'>>;

/** How acts are done. */
export interface EnquiryActs {
  /**
   * Answers what was done before under this key, refuses what the store knows to be closed, else sends the act to the
   * run and answers; throws the refusal from the catalogue.
   */
  perform<Input extends ActInput>(wanted: WantedAct, act: Performed<Input>): Promise<ActReply>;
  /** Answers with an outcome that is known already. */
  answer(wanted: Answered, outcome: ActResult): Promise<ActReply>;
  /** The outcome of an act by its name; null when nobody knows of it. */
  lookUp(enquiry: Enquiry, act: string): Promise<ActResult | null>;
}

type InputOf<U> = U extends UpdateDefinition<ActOutcome, [infer Input extends ActInput]> ? Input : never;

/** The outcome of an act that the last run wrote down; null when it knows of none. */
const known = (enquiry: Enquiry, act: string): ActOutcome | null =>
  enquiry.memory?.acts.find(([name]) => name === act)?.[1] ?? null;

/** What acting needs, as the API has it. */
export const actPortsOf = ({ store, temporal, workflows, settings }: ApiPorts): ActPorts => ({
  temporal,
  startEnquiry: workflows.startEnquiry,
  async outcomeOf(id, act) {
    const enquiry = await store.enquiries.get(id);
    return enquiry && known(enquiry, act);
  },
  actWaitMs: settings.actWaitMs,
});

/** Makes the way acts go. */
export const createEnquiryActs = (ports: ApiPorts): EnquiryActs => {
  const actPorts = actPortsOf(ports);

  async function answer({ enquiry, act, kind }: Answered, outcome: ActResult): Promise<ActReply> {
    if (outcome === 'pending') {
      const look = `/v1/enquiries/${encodeURIComponent(enquiry._id)}/acts/${encodeURIComponent(act)}`;
      return { status: 202, body: { outcome, act, look }, headers: { Location: look } };
    }
    if (!outcome.ok) throw await refusal(ports, outcome, { kind, enquiry: enquiry._id });
    return { status: 200, body: { outcome: 'done', act, detail: outcome.detail ?? {} } };
  }

  /** No list of open enquiries tells another process of it: who looks for what changed is told here. */
  async function onClosed({ enquiry }: WantedAct, whenClosed: () => Promise<ActOutcome>): Promise<ActResult> {
    const outcome = await orPending(ports.temporal, whenClosed);
    const { _id: id, channel, group, assignee } = enquiry;
    if (outcome === 'pending' || outcome.ok) ports.store.hints.tell({ about: 'enquiry', id, channel, group, assignee });
    return outcome;
  }

  return {
    answer,
    async perform(wanted, { update, input, guard, whenClosed }) {
      const { caller, enquiry, act } = wanted;
      const before = earlierOutcome(wanted);
      if (before) return answer(wanted, before);
      if (!ofMerged.includes(wanted.kind)) mustStandAlone(enquiry);
      if (enquiry.closedAt !== null) {
        return answer(wanted, whenClosed ? await onClosed(wanted, whenClosed) : { ok: false, code: 'enquiry-closed' });
      }
      await guard?.();
      // The fields of the act and the two of every act make the whole input; TypeScript cannot add them up.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      const whole = { ...(await input()), act, agent: caller.id } as unknown as InputOf<typeof update>;
      const outcome = await performAct(actPorts, enquiry._id, update, whole);
      const closedMeanwhile = outcome !== 'pending' && !outcome.ok && outcome.code === 'enquiry-closed';
      return answer(wanted, closedMeanwhile && whenClosed ? await onClosed(wanted, whenClosed) : outcome);
    },
    lookUp: async (enquiry, act) => known(enquiry, act) ?? lookUpAct(actPorts, enquiry._id, act),
  };
};

/** What may still be done with an enquiry that was merged; else one goes on in the elder. */
const ofMerged: readonly ActKind[] = ['unmerge', 'unsend'];

/** An act that was refused, and the id of its enquiry. */
interface AskedOf {
  kind: ActKind | undefined;
  enquiry: string;
}

/** The refusal of a run as an error of the catalogue that says who and when, or why it is not possible now. */
export const refusal = async (
  { store }: Pick<ApiPorts, 'store'>,
  outcome: Extract<ActOutcome, { ok: false }>,
  asked?: AskedOf,
): Promise<ApiError> => {
  const { code, by, at } = outcome;
  const who = by === undefined ? null : ((await store.agents.get(by))?.name ?? by);
  const sentence =
    who === null
      ? await reasonOf(store, code, asked)
      : sentences[code]?.(who, at === undefined ? '' : ` at ${isoOf(at)}`);
  return new ApiError(code, sentence, {
    ...(by === undefined ? {} : { by }),
    ...(at === undefined ? {} : { at: isoOf(at) }),
  });
};

async function reasonOf(store: ApiPorts['store'], code: ActRefusal, asked: AskedOf | undefined) {
  if (code !== 'not-possible-now' || asked?.kind === undefined) return undefined;
  const stands = await store.enquiries.get(asked.enquiry);
  return stands ? whyNot(asked.kind, stands) : undefined;
}

const sentences: Partial<Record<ActRefusal, (who: string, at: string) => string>> = {
  'offer-taken': (who, at) => `${who} took this enquiry${at}. Nothing is left for you to do.`,
  'enquiry-merged': (who, at) =>
    `${who} merged this enquiry into another one${at}. Go on there; reading it says where.`,
  'already-assigned': (who, at) => `${who} serves this enquiry${at ? `, taken${at}` : ''}. Ask ${who} to transfer it.`,
  'not-assigned': (who) =>
    `${who} serves this enquiry, so only ${who} can do this. Ask for a transfer, or write a note.`,
};

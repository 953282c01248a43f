/** Where the tales of recorded runs are played: a living corner of Ringpost with agents ann and bob. */
import { aFlow } from '../support/a-flow';
import { found } from '../support/found';
import { anEnquiry } from '../support/mails-of-work';
import { testServers } from '../support/servers';
import { act, aDesk, aDraft, startWork, type Work } from '../support/work';
import type { Flow } from '../../flows/flow';
import type { EnquiryState, Rest } from '../../flows/state';
import { enquiryWorkflowId } from '../../workflows/messages';

/** What a tale wants of its stage. */
export interface StageParts {
  flow?: Flow;
  capacity?: number;
  strategy?: string;
  delivery?: boolean;
}

/** What happens in a tale, in few words. */
export interface Stage {
  readonly work: Work;
  /** Opens an enquiry by a mail. */
  open(): Promise<string>;
  /** Waits until the enquiry rests like this; gives its state. */
  rests(id: string, kind: Rest['kind'], fits?: (state: EnquiryState) => boolean): Promise<EnquiryState>;
  /** Waits until it rings at somebody who is not among those; gives the offer. */
  rings(id: string, not?: readonly string[]): Promise<{ agent: string; offer: string }>;
  /** Opens an enquiry and lets whom it rings at accept it; gives enquiry and agent. */
  serve(): Promise<{ id: string; agent: string }>;
  does(id: string, what: string, args: { agent: string } & Record<string, unknown>): Promise<void>;
  answers(id: string, agent: string): Promise<void>;
  presence(word: 'available' | 'offline', ...agents: string[]): Promise<void>;
  closed(id: string): Promise<void>;
  /** Ends the run as Temporal's operator may, and nothing else. */
  terminate(id: string): Promise<void>;
}

/** One story; `play` gives the id of the workflow whose newest run is recorded, or one of its runs. */
export interface Tale {
  stage?: StageParts;
  play(stage: Stage): Promise<string | { workflowId: string; runId: string }>;
}

/** Starts it. Workflow ids of senders and lines are one per namespace: stages come one by one. */
export async function startStage(parts: StageParts = {}): Promise<Stage> {
  const { flow = aFlow({ id: 'tale' }), capacity = 3, strategy = 'leastLoaded', delivery = false } = parts;
  const work = await startWork({ namespace: testServers().namespace });
  await aDesk(work, { flow, agents: ['ann', 'bob'], capacity, delivery });
  await work.store.groups.save('support', { title: 'Support', agents: ['ann', 'bob'], strategy, ringTimeoutMs: null });
  const stateOf = async (id: string): Promise<EnquiryState | null> =>
    (await work.store.enquiries.get(id))?.state ?? null;
  const rests: Stage['rests'] = (id, kind, fits = () => true) =>
    found(`${id} to rest: ${kind}`, async () => {
      const state = await stateOf(id);
      return state?.rest?.kind === kind && fits(state) ? state : null;
    });
  const rings: Stage['rings'] = async (id, not = []) => {
    const { rest } = await rests(id, 'ring', (state) => agentsOf(state).some((each) => !not.includes(each)));
    if (rest?.kind !== 'ring') throw new Error('It does not ring.');
    return { agent: rest.offer.agents.find((each) => !not.includes(each)) ?? '', offer: rest.offer.id };
  };
  const does: Stage['does'] = async (id, what, args) => {
    const outcome = await act(work, id, what, args);
    if (!outcome.ok) throw new Error(`${what} was refused: ${outcome.code}`);
  };
  const open = (): Promise<string> => anEnquiry(work);
  return {
    work,
    open,
    rests,
    rings,
    does,
    async serve() {
      const id = await open();
      const { agent, offer } = await rings(id);
      await does(id, 'accept', { agent, offer });
      return { id, agent };
    },
    answers: async (id, agent) => does(id, 'reply', { agent, ...(await aDraft(work, id, agent, 'It is on its way.')) }),
    async presence(word, ...agents) {
      for (const agent of agents) await work.store.agents.setPresence(agent, word, 'agent', new Date(), 3_600_000);
    },
    async closed(id) {
      await work.client.workflow.getHandle(enquiryWorkflowId(id)).result();
    },
    async terminate(id) {
      await work.client.workflow.getHandle(enquiryWorkflowId(id)).terminate('lost, for a tale');
    },
  };
}

function agentsOf(state: EnquiryState): string[] {
  return state.rest?.kind === 'ring' ? state.rest.offer.agents : [];
}

import { setImmediate as nextTurn } from 'node:timers/promises';
import { createBacktest, linkFlow, parseFlow, type Backtest, type Flow } from '../../flows';
import type { Channel } from '../../store/channels';
import type { Job } from '../../store/jobs';
import { ApiError, notFound } from '../api-error';
import { recordChange } from '../audit-trail';
import { backtestMails, mailsIn, seenMail, type MailSource } from '../backtest-mails';
import { calledFlows, publishedFlow } from '../called-flows';
import { ok, route, type Route } from '../http/route';
import { anything, list, named, nullable, object, text, whole, word } from '../http/schema';
import { startJob, type Working } from '../jobs';
import { channelNamed, channelRunning } from '../live-flow';
import type { ApiPorts } from '../ports';
import { slug } from '../shapes/basics';
import { jobShape, jobView } from '../shapes/job';
import { revisionNumber } from '../shapes/live';

const AT_A_TIME = 50;
const DAY_MS = 86_400_000;

/** Backtests: what a draft would have done otherwise with mail that has come. */
export const backtestRoutes = (ports: ApiPorts): Route[] => [startingRoute(ports), tracingRoute(ports)];

/** What is kept of a backtest so that it, or one of its mails, can be played again. */
export interface AskedBacktest extends Record<string, unknown> {
  channel: string;
  live: { id: string; revision: number };
  draft: { revision: number } | { text: string };
  from: MailSource['from'];
  last: number;
  since: string;
  answers: 'accepted' | 'timeout' | null;
}

/** The flow that is tried, with those it calls. @throws ApiError when it is none */
async function draftOf(ports: ApiPorts, flow: string, draft: AskedBacktest['draft']): Promise<Flow> {
  if ('revision' in draft) {
    const published = await publishedFlow(ports, { id: flow, revision: draft.revision });
    if (!published) throw notFound('published flow', `${flow} revision ${draft.revision}`);
    return published;
  }
  const { flow: parsed, findings } = parseFlow(draft.text);
  if (!parsed) throw new ApiError('flow-has-errors', undefined, { findings });
  const { called } = await calledFlows(ports, draft.text);
  return linkFlow(parsed, called);
}

async function opened(ports: ApiPorts, channel: Channel, { live, draft, answers }: AskedBacktest): Promise<Backtest> {
  const running = await publishedFlow(ports, live);
  if (!running) throw notFound('published flow', `${live.id} revision ${live.revision}`);
  const tried = await draftOf(ports, live.id, draft);
  const assumptions = { people: answers, answers: {} };
  const calendars = await ports.store.calendars.named();
  return createBacktest({ live: running, draft: tried, settings: channel.settings, calendars, assumptions });
}

const sourceOf = ({ channel, from, last, since }: AskedBacktest): MailSource => ({
  channel,
  from,
  last,
  since: new Date(since),
});

async function play(ports: ApiPorts, backtest: Backtest, source: MailSource, { beat }: Working) {
  const left = { joined: 0, duplicate: 0, 'not-kept': 0, unreadable: 0 };
  const total = await mailsIn(ports, source);
  const mails = backtestMails(ports, source);
  if (!mails) throw new Error(`The channel "${source.channel}" has no IMAP mailbox to read.`);
  let done = 0;
  const result = (): Record<string, unknown> => ({ ...backtest.report(), left });
  for await (const each of mails) {
    if ('mail' in each) backtest.add(each.mail);
    else left[each.left] += 1;
    done += 1;
    if (done % AT_A_TIME !== 0) continue;
    await nextTurn();
    if (!(await beat({ done, total, result: result() }))) return { result: result(), done, cancelled: true };
  }
  const goesOn = await beat({ done, total: total ?? done });
  return { result: result(), done, cancelled: !goesOn };
}

function startingRoute(ports: ApiPorts): Route {
  const { store, now } = ports;
  return route({
    id: 'startBacktest',
    method: 'post',
    path: '/v1/backtests',
    tag: 'settings',
    summary: 'Play mail that has come through the live flow and a draft, and tell where they part',
    description:
      'Nothing is sent, nobody rings, no workflow starts. Without "revision" and "text" it is the saved draft. "stored": the newest enquiries of the channel with what happened in them; "mailbox": what lies in its IMAP account, read without touching a flag. What nobody recorded is assumed as "answers" says. Answers a job: GET /v1/jobs/{id} tells how far it is and the table so far, DELETE stops it.',
    body: object(
      { channel: slug('Id of the channel, or of a flow that one channel alone runs.') },
      {
        revision: revisionNumber,
        text: text({ max: 200_000, description: 'A flow that is saved nowhere.' }),
        from: word(['stored', 'mailbox'], 'stored when absent.'),
        last: whole({ min: 1, max: 10_000, description: 'At most so many, the newest; 500 when absent.' }),
        days: whole({ min: 1, max: 366, description: 'Not older than this; 7 when absent.' }),
        answers: word(['accepted', 'timeout'], 'What is assumed of people where nothing is recorded.'),
      },
    ),
    example: { channel: 'support', from: 'stored', last: 500, days: 7 },
    answers: { 200: jobShape },
    errors: ['wrong-state', 'flow-has-errors', 'too-many-jobs'],
    handle: async (call) => {
      const { body } = call;
      const { channel, live } = await channelNamed(ports, body.channel);
      const saved = (await store.flows.get(live.id))?.draft.text ?? '';
      const since = new Date(now().getTime() - (body.days ?? 7) * DAY_MS).toISOString();
      const asked: AskedBacktest = {
        channel: channel._id,
        live: { id: live.id, revision: live.revision },
        draft: body.revision === undefined ? { text: body.text ?? saved } : { revision: body.revision },
        from: body.from ?? 'stored',
        last: body.last ?? 500,
        since,
        answers: body.answers ?? null,
      };
      const { draft: _draft, ...told } = asked;
      const job = await beginBacktest(ports, { asked, by: call.caller.id });
      await recordChange(ports, call, { what: 'channel.backtest', about: channel._id, before: null, after: told });
      return ok(jobView(job));
    },
  });
}

/** Starts a backtest as a job; it changes nothing, so it may be asked for again. @throws ApiError */
export async function beginBacktest(
  ports: ApiPorts,
  { asked, by }: { asked: AskedBacktest; by: string },
): Promise<Job> {
  const channel = await ports.store.channels.get(asked.channel);
  if (!channel) throw notFound('channel', asked.channel);
  const backtest = await opened(ports, channel, asked);
  if (asked.from === 'mailbox' && channel.receive.login === null) {
    throw new ApiError('wrong-state', `The channel "${channel._id}" has no IMAP mailbox.`, { state: 'no-mailbox' });
  }
  return startJob(ports, { kind: 'backtest', about: channel._id, asked, by }, (working) =>
    play(ports, backtest, sourceOf(asked), working),
  );
}

const storyShape = named(
  'PlayedRun',
  object({
    path: list(text()),
    templates: list(text({ description: 'Mails that would have gone out.' })),
    end: text(),
    trace: anything('Each step, as GET /v1/enquiries/{id}/timeline tells it.'),
  }),
);

function tracingRoute(ports: ApiPorts): Route {
  return route({
    id: 'traceBacktest',
    method: 'get',
    path: '/v1/backtests/{id}/mails/{mail}',
    tag: 'settings',
    summary: 'Both stories of one mail of a backtest',
    answers: {
      200: named(
        'BacktestTrace',
        object({
          mail: text(),
          node: nullable(
            text({ description: 'Where the two part; null: nothing differs, or they begin at other nodes.' }),
          ),
          differences: list(object({ what: text(), live: text(), draft: text() })),
          assumed: list(text()),
          live: storyShape,
          draft: storyShape,
        }),
      ),
    },
    errors: ['wrong-state'],
    handle: async ({ params, caller }) => {
      const job = await ports.store.jobs.get(params.id, ports.now());
      if (job?.kind !== 'backtest') throw notFound('backtest', params.id);
      const asked = job.asked as AskedBacktest;
      const { channel } = await channelRunning(ports, asked.channel);
      const backtest = await opened(ports, channel, asked);
      const found = await seenMail(ports, caller, sourceOf(asked), params.mail);
      if (!found || !('mail' in found)) throw notFound('mail of this backtest', params.mail);
      const { live, draft, divergence, assumed } = backtest.look(found.mail);
      const told = ({ simulation, templates, end }: typeof live) => ({
        path: simulation.path,
        templates,
        end: end.text,
        trace: simulation.trace,
      });
      const { node = null, differences = [] } = divergence ?? {};
      return ok({ mail: params.mail, node, differences, assumed, live: told(live), draft: told(draft) });
    },
  });
}

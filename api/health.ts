/** How each dependency fares, one line each, for `/readyz`. Nothing in it is secret: anybody may ask. */
import type { ApiPorts, HealthLine } from './ports';

const ANSWER_WITHIN_MS = 3000;
const LATE_MS = 5 * 60_000;

/** Asks every dependency; never throws. */
export const checkHealth = async (ports: ApiPorts): Promise<HealthLine[]> => {
  const [store, temporal, attributes] = await Promise.all([
    storeLine(ports),
    temporalLine(ports),
    attributesLine(ports),
  ]);
  const rest = store.ok
    ? await Promise.all([mailboxLines, sendingLines, deliveryLine].map((each) => read(ports, each)))
    : [];
  const others = await ports
    .health()
    .catch(() => [line('process', false, true, 'The process could not say how it fares.')]);
  return [store, temporal, attributes, ...rest.flat(), ...others];
};

/** The database may go away between two questions. */
async function read(ports: ApiPorts, ask: (ports: ApiPorts) => Promise<HealthLine | HealthLine[]>) {
  return ask(ports).catch((error: unknown) => {
    const why = error instanceof Error ? error.name : 'Error';
    return line('work', false, false, `What waits and what is watched could not be read just now (${why}). Ask again.`);
  });
}

function line(name: string, ok: boolean, needed: boolean, detail: string): HealthLine {
  return { name, ok, needed, detail };
}

/** What an operator can do about a server that does not answer; the API does not know whose server it is. */
const whatToDo = (log: string, setting: string): string =>
  `Mail is put off with 451 until it does. Ours is started again by itself when it ends (logs/${log} in the data ` +
  `folder says why it ended); with one of your own, see that it runs and that ${setting} is right.`;

async function storeLine({ store }: ApiPorts): Promise<HealthLine> {
  return store.ping().then(
    () => line('store', true, true, 'The database answers.'),
    () => line('store', false, true, `The database does not answer. ${whatToDo('database.log', 'MONGODB_URI')}`),
  );
}

async function temporalLine({ temporal }: ApiPorts): Promise<HealthLine> {
  const ask = temporal.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
    temporal.connection.workflowService.getSystemInfo({}),
  );
  return ask.then(
    () => line('temporal', true, true, 'Temporal answers.'),
    () => line('temporal', false, true, `Temporal does not answer. ${whatToDo('temporal.log', 'TEMPORAL_ADDRESS')}`),
  );
}

async function attributesLine({ temporal, temporalNames }: ApiPorts): Promise<HealthLine> {
  const { namespace, searchAttributes } = temporalNames;
  try {
    const { customAttributes } = await temporal.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
      temporal.connection.operatorService.listSearchAttributes({ namespace }),
    );
    const missing = searchAttributes.filter((name) => !(name in customAttributes));
    if (missing.length === 0) return line('search attributes', true, false, 'All are registered.');
    return line(
      'search attributes',
      false,
      false,
      `Not registered in the namespace ${namespace}: ${missing.join(', ')}. Start once with the right to register them.`,
    );
  } catch {
    return line('search attributes', false, false, 'Not known while Temporal is away.');
  }
}

async function mailboxLines({ store }: ApiPorts): Promise<HealthLine[]> {
  const logins = (await store.mailLogins.list()).filter(({ enabled }) => enabled);
  if (logins.length === 0) return [line('mailboxes', true, false, 'None is set up.')];
  return logins.map(({ _id, state }) => {
    const watching = state.word === 'watching';
    const detail = watching
      ? 'It is being watched.'
      : `It is ${state.word} since ${state.since.toISOString()}. GET /v1/channels says why ("missing" of its channel).`;
    return line(`mailbox ${_id}`, watching, false, detail);
  });
}

async function sendingLines({ store }: ApiPorts): Promise<HealthLine[]> {
  const paused = (await store.channels.list()).flatMap(({ _id, sending }) => (sending ? [{ _id, sending }] : []));
  return paused.map(({ _id, sending }) => {
    const detail = `Its outgoing server refuses it since ${sending.since.toISOString()}; its mail waits. GET /v1/channels/${_id} says why.`;
    return line(`sending ${_id}`, false, false, detail);
  });
}

async function deliveryLine({ store, now }: ApiPorts): Promise<HealthLine> {
  const late: string[] = [];
  for (const channel of await store.outbox.channelsWaiting()) {
    if ((await store.channels.get(channel))?.sending) continue;
    const dueAt = await store.outbox.nextDueAt(channel);
    if (dueAt && now().getTime() - dueAt.getTime() > LATE_MS) late.push(channel);
  }
  if (late.length === 0) return line('deliveries', true, false, 'Nothing waits longer than it should.');
  return line(
    'deliveries',
    false,
    false,
    `Mail waits for more than 5 minutes on: ${late.join(', ')}. Look at the workflows delivery/… in the Temporal UI.`,
  );
}

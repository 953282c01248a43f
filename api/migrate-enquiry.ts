import {
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { linkPublished, migrate, type Flow, type SettingValues } from '../flows';
import { enquiryWorkflowId, migrateUpdate, type MigrateInput, type MigrateOutcome } from '../workflows/messages';
import { notFound } from './api-error';
import { checkSettings } from './flow-settings';
import type { ApiPorts } from './ports';

/** Where enquiries are to go on. */
export interface Destination {
  flow: Flow;
  revision: MigrateInput['revision'];
  /** Nodes of the new revision by those of the old one. */
  map: Record<string, string>;
}

/** The revision as a destination. @throws ApiError when it is not published */
export async function destinationOf(
  { store }: Pick<ApiPorts, 'store'>,
  {
    flow: id,
    revision: number,
    map = {},
  }: { flow: string; revision: number; map?: Record<string, string> | undefined },
): Promise<Destination> {
  const published = await store.flows.revision(id, number);
  if (!published) throw notFound('published flow', `${id} revision ${number}`);
  const flow = await linkPublished(published, store.flows.revision);
  return { flow, revision: { flow: id, number, sha256: published.sha256 }, map };
}

/** What is asked for one enquiry. */
interface WantedMigration {
  enquiry: string;
  to: Destination;
  dryRun: boolean;
  by: string;
  key: string;
}

/** Takes an enquiry over to another revision, or says every reason why not; with `dryRun` nothing is changed. */
export async function migrateEnquiry(ports: ApiPorts, wanted: WantedMigration): Promise<MigrateOutcome> {
  const { store } = ports;
  const { enquiry: id, to, by, key } = wanted;
  const enquiry = await store.enquiries.load(id);
  if (!enquiry?.state) return { refusals: ['It has not begun.'] };
  const { flow: pinned } = enquiry;
  if (pinned.id === to.revision.flow && pinned.revision === to.revision.number) {
    return { refusals: [`It runs on revision ${pinned.revision} already.`] };
  }
  const published = await store.flows.revision(pinned.id, pinned.revision);
  if (!published) return { refusals: [`Its revision ${pinned.revision} is not kept any more.`] };
  const from = await linkPublished(published, store.flows.revision);
  const { settings, findings } = await settingsFor(ports, enquiry.channel, to.flow);
  const decided = migrate({ from, to: to.flow, state: enquiry.state, map: to.map });
  const refusals = [...findings, ...('refusals' in decided ? decided.refusals : [])];
  if (refusals.length > 0) return { refusals };
  if (wanted.dryRun) return { migrated: true };
  const { flow, revision, map } = to;
  return update(ports, id, { act: `${by}/migrate/${key}`, agent: by, flow, revision, settings, map });
}

/** What the channel fills in today, as far as the revision declares it. */
async function settingsFor(
  { store }: ApiPorts,
  channelId: string,
  flow: Flow,
): Promise<{ settings: SettingValues; findings: string[] }> {
  const declared = Object.keys(flow.settings ?? {});
  const values = (await store.channels.get(channelId))?.settings ?? {};
  const settings = Object.fromEntries(Object.entries(values).filter(([name]) => declared.includes(name)));
  const findings = await checkSettings(store, flow, settings);
  return { settings, findings: findings.map(({ where, what }) => `The channel's ${where.slice(1)} ${what}.`) };
}

const GONE = ['Nobody confirmed it in time: read the enquiry again, or repeat the request with the same key.'];

async function update(ports: ApiPorts, id: string, input: MigrateInput): Promise<MigrateOutcome> {
  const { temporal, workflows, settings } = ports;
  const ask = (): Promise<MigrateOutcome> =>
    temporal.withDeadline(Date.now() + settings.actWaitMs, () =>
      temporal.workflow
        .getHandle(enquiryWorkflowId(id))
        .executeUpdate(migrateUpdate, { args: [input], updateId: input.act }),
    );
  for (let tries = 1; ; tries++) {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return { refusals: GONE };
      const again = error instanceof WorkflowNotFoundError || error instanceof WorkflowUpdateFailedError;
      if (tries >= 3) return { refusals: GONE };
      // No run (it was lost), or its task was dropped because a mail came at that very moment.
      if (again) await workflows.startEnquiry(id);
    }
  }
}

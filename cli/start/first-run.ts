import { randomBytes } from 'node:crypto';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createUser, ensureFirstAdmin, type FirstAdmin } from '../../api/first-admin';
import type { Config } from '../../config';
import type { Flow } from '../../flows/flow';
import supportDesk from '../../flows/examples/support-desk.json';
import { defaultTemplates } from '../../mail/default-templates';
import type { Store } from '../../store';
import type { Channel } from '../../store/channels';
import { readJsonIfThere, writeWholeJson } from '../../servers/whole-file';
import { isPublic } from './listening';
import type { DemoSignIn } from './runtime-file';

const titles: Record<keyof typeof defaultTemplates, string> = {
  'support-received': 'Auto-reply: we have your mail',
  'enquiry-closed': 'Close notice',
  'enquiry-closed-idle': 'Close notice after silence',
  'idle-warning': 'Warning before a close after silence',
  'closed-thread-notice': 'Notice: this conversation is closed',
};

/** What a first start made; null parts were there before. */
export interface FirstRun {
  /** A sentence with the first admin's way in, to be shown once. */
  admin: string | null;
  demo: DemoSignIn[];
}

/** What a first start is made with. */
interface FirstRunPorts {
  store: Store;
  config: Pick<Config, 'dataDir' | 'bindAddress' | 'smtpBindAddress'>;
  /** Whether a demo workspace may be made; an API that runs by itself belongs to no first try. */
  demo: boolean;
}

/**
 * Makes what an empty installation needs: the shipped templates, the first admin, and a demo workspace of a supervisor,
 * two agents, a group and the channel support@localhost with the example flow. Where there is an admin already, nothing
 * is made but missing templates; where other machines reach us, there is no demo workspace, whose sign-ins stand in a file.
 */
export async function firstRun({ store, config, demo: mayPlay }: FirstRunPorts, apiUrl: string): Promise<FirstRun> {
  const { dataDir, bindAddress, smtpBindAddress } = config;
  await store.templates.ensureBuiltIn(
    Object.entries(defaultTemplates).map(([slug, template]) => ({
      _id: slug,
      title: titles[slug as keyof typeof titles],
      ...template,
      text: '',
    })),
  );
  const signInsFile = join(dataDir, 'demo-sign-ins.json');
  const known = await readJsonIfThere(signInsFile, 'Delete it; the demo users are given new passwords by an admin.');
  const before = (known ?? []) as DemoSignIn[];
  if (await store.users.hasAdmin()) return { admin: null, demo: before };
  const now = new Date();
  const isPrivate = ![bindAddress, smtpBindAddress].some(isPublic);
  const demo = mayPlay && isPrivate ? [...before, ...newSignIns()].slice(0, people.length) : [];
  // The sign-ins first and the admin last: the next start goes on where this one dies in between.
  await writeWholeJson(signInsFile, demo);
  if (demo.length > 0) await makeDemo(store, demo, now);
  const admin = await ensureFirstAdmin(store, { now, terminal: process.stdout.isTTY });
  return { admin: admin && (await adminSentence(admin, dataDir, apiUrl)), demo };
}

async function adminSentence(admin: FirstAdmin, dataDir: string, apiUrl: string): Promise<string> {
  if ('password' in admin) {
    return `Administrator: ${admin.email}, password ${admin.password} (shown this once; change it with: ringpost user reset-password ${admin.email})`;
  }
  const path = join(dataDir, 'first-admin-link.txt');
  await writeFile(path, `${apiUrl}/set-password#${admin.token}\n`, { mode: 0o600 });
  await chmod(path, 0o600);
  return (
    `Administrator: ${admin.email}; the link to set the password is in ${path} (72 hours). Until there is a console: ` +
    `POST ${apiUrl}/v1/password {"token":"what stands behind #","password":"ten characters or more"}`
  );
}

const people = [
  { id: 'sam', name: 'Sam Supervisor', role: 'supervisor' },
  { id: 'ann', name: 'Ann Agent', role: 'agent' },
  { id: 'bob', name: 'Bob Agent', role: 'agent' },
] as const;

const newSignIns = (): DemoSignIn[] =>
  people.map(({ id, role }) => ({
    id,
    role,
    email: `${id}@localhost`,
    password: randomBytes(12).toString('base64url'),
  }));

/** May be done again: what is there stays as it is. */
async function makeDemo(store: Store, signIns: readonly DemoSignIn[], now: Date): Promise<void> {
  for (const { id, name, role } of people) {
    const { email, password } = signIns.find((each) => each.id === id) as DemoSignIn;
    await createUser(
      store,
      { id, email, name, role, groups: ['support'], channels: ['support'], password, capacity: 5, demo: true },
      now,
    );
  }
  await store.groups.save('support', {
    title: 'Support',
    agents: ['ann', 'bob'],
    strategy: 'leastLoaded',
    ringTimeoutMs: null,
  });
  const flow = supportDesk as unknown as Flow;
  const text = JSON.stringify(flow);
  await store.flows.saveDraft({ id: flow.id, title: flow.title, text, by: 'system', now });
  const revision = await store.flows.publish(flow.id, {
    text,
    by: 'system',
    at: now,
    message: 'The example, published at the first start.',
  });
  await store.channels.create(demoChannel(flow.id, revision?.revision ?? 1));
}

function demoChannel(flow: string, revision: number): Channel {
  return {
    _id: 'support',
    name: 'Support',
    address: 'support@localhost',
    aliases: [],
    enabled: true,
    flow: { id: flow, revision },
    settings: {},
    displayName: 'Example support',
    replySubject: '',
    footer: '',
    server: { kind: 'sink' },
    receive: { smtp: true, login: null },
    blocklistOn: true,
    peopleSenders: [],
    startsPerMinute: 600,
    holdAutomatic: false,
    dkim: null,
    autoReply: { on: true, template: null },
    bccCentre: false,
    publicAddress: null,
    copyToSent: false,
    timezone: 'UTC',
    v: 1,
  };
}

import { spawnSync } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { answers, freePorts } from './free-ports';
import { until } from './until';

/** A Postfix of one's own on the loopback: takes any mail from here and sends each domain where the test wishes. */
export interface Postfix {
  port: number;
  /** What it wrote into its log. */
  log(): Promise<string>;
  stop(): Promise<void>;
}

/** Why there can be no Postfix here; null when there can. */
export function noPostfix(): string | null {
  if (userInfo().uid !== 0) return 'Postfix can only be started by root';
  return spawnSync('postconf', ['mail_version']).status === 0 ? null : 'Debian\'s "postfix" is not installed';
}

/**
 * Starts it with a transport for each domain, such as `{ 'in.test': 'smtp:[127.0.0.1]:2525', 'box.test':
 * 'lmtp:inet:127.0.0.1:2424' }`. A 5xx bounces at once, a 4xx after twenty seconds, both from `<>`.
 */
export async function startPostfix(transports: Record<string, string>): Promise<Postfix> {
  const folder = await mkdtemp(join(tmpdir(), 'ringpost-postfix-'));
  await chmod(folder, 0o755);
  const [port = 0] = await freePorts(1);
  await mkdir(join(folder, 'config'));
  await mkdir(join(folder, 'queue'));
  await mkdir(join(folder, 'data'));
  const ids = ['-u', '-g'].map((flag) => Number(spawnSync('id', [flag, 'postfix']).stdout.toString()));
  await chown(join(folder, 'data'), ids[0] ?? 0, ids[1] ?? 0);
  await writeFile(join(folder, 'config', 'main.cf'), mainCf(folder, transports));
  await writeFile(join(folder, 'config', 'master.cf'), masterCf(port));
  // Its output is thrown away: the daemons would keep the pipe open, and we would wait for ever.
  const postfix = (command: string): void => {
    const done = spawnSync('postfix', ['-c', join(folder, 'config'), command], { stdio: 'ignore' });
    if (done.status !== 0) throw new Error(`"postfix ${command}" failed; see ${folder}/mail.log`);
  };
  postfix('start');
  await until('Postfix listens', () => answers(port), 20_000);
  return {
    port,
    log: () => readFile(join(folder, 'mail.log'), 'utf8'),
    stop: async () => {
      postfix('stop');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function mainCf(folder: string, transports: Record<string, string>): string {
  const inline = Object.entries(transports).map(([domain, transport]) => `{${domain} = ${transport}}`);
  return `compatibility_level = 3.6
queue_directory = ${folder}/queue
data_directory = ${folder}/data
mail_owner = postfix
setgid_group = postdrop
myhostname = mx.local.test
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
maillog_file = ${folder}/mail.log
maillog_file_prefixes = ${dirname(folder)}
transport_maps = inline:{ ${inline.join(' ')} }
smtp_dns_support_level = disabled
smtp_host_lookup = native
minimal_backoff_time = 1s
maximal_backoff_time = 3s
queue_run_delay = 2s
maximal_queue_lifetime = 20s
bounce_queue_lifetime = 20s
message_size_limit = 60000000
smtpd_relay_restrictions = permit_mynetworks, reject
alias_maps =
alias_database =
`;
}

function masterCf(port: number): string {
  const line = (
    name: string,
    type: string,
    privacy: string,
    chroot: string,
    wakeup: string,
    max: string,
    run: string,
  ): string => `${name} ${type} ${privacy} - ${chroot} ${wakeup} ${max} ${run}`;
  const unix = (name: string, run = name, wakeup = '-', max = '-', privacy = '-'): string =>
    line(name, 'unix', privacy, 'n', wakeup, max, run);
  return [
    line(`127.0.0.1:${port}`, 'inet', 'n', 'n', '-', '-', 'smtpd'),
    unix('pickup', 'pickup', '60', '1', 'n'),
    unix('cleanup', 'cleanup', '-', '0', 'n'),
    unix('qmgr', 'qmgr', '300', '1', 'n'),
    unix('tlsmgr', 'tlsmgr', '1000?', '1'),
    unix('rewrite', 'trivial-rewrite'),
    ...['bounce', 'defer', 'trace'].map((name) => unix(name, 'bounce', '-', '0')),
    unix('verify', 'verify', '-', '1'),
    unix('flush', 'flush', '1000?', '0', 'n'),
    unix('proxymap', 'proxymap'),
    unix('smtp'),
    unix('relay', 'smtp'),
    unix('showq', 'showq', '-', '-', 'n'),
    unix('error'),
    unix('retry', 'error'),
    unix('discard'),
    unix('lmtp'),
    unix('anvil', 'anvil', '-', '1'),
    // Without it "maillog_file" stops the start.
    line('postlog', 'unix-dgram', 'n', 'n', '-', '1', 'postlogd'),
    '',
  ].join('\n');
}

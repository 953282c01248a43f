import { execFile, spawn, spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { ImapFlow } from 'imapflow';
import { selfSignedCertificate } from '../../mail/receivers/self-signed';
import { answers, freePorts } from './free-ports';
import { until } from './until';

/** A Dovecot of one's own: every user exists, every password is `pw`. */
export interface Dovecot {
  imapPort: number;
  imapsPort: number;
  pop3Port: number;
  lmtpPort: number;
  /** Certificate of the TLS port, made for `localhost`. */
  cert: string;
  /** Runs `doveadm` with this server's settings and returns what it printed. */
  doveadm(args: string[], input?: string | Buffer): Promise<string>;
  /** Puts a mail into a folder of a user, as if it arrived now. */
  deliver(user: string, raw: string | Buffer, folder?: string): Promise<void>;
  /** Puts a mail into a folder as if it had arrived at a date. */
  append(user: string, raw: string, folder: string, arrived: Date): Promise<void>;
  stop(): Promise<void>;
}

/** Why there can be no Dovecot here; null when there can. */
export function noDovecot(): string | null {
  return spawnSync('dovecot', ['--version']).status === 0
    ? null
    : 'Debian\'s "dovecot-imapd dovecot-lmtpd" is not installed';
}

/** Starts a Dovecot on free loopback ports, as root or as an ordinary user; its data goes when it is stopped. */
export async function startDovecot(): Promise<Dovecot> {
  const folder = await mkdtemp(join(tmpdir(), 'ringpost-dovecot-'));
  await chmod(folder, 0o755);
  await mkdir(join(folder, 'mail'));
  await chmod(join(folder, 'mail'), 0o777);
  const [imapPort = 0, imapsPort = 0, pop3Port = 0, lmtpPort = 0] = await freePorts(4);
  const { key, cert } = selfSignedCertificate('localhost');
  await writeFile(join(folder, 'key.pem'), key);
  await writeFile(join(folder, 'cert.pem'), cert);
  const config = join(folder, 'dovecot.conf');
  await writeFile(config, settings(folder, { imapPort, imapsPort, pop3Port, lmtpPort }));
  // Its output is thrown away: it would keep the pipe of whoever started it open.
  const server = spawn('dovecot', ['-F', '-c', config], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  await until('Dovecot listens', () => answers(imapPort));
  const doveadm: Dovecot['doveadm'] = (args, input) => run('doveadm', ['-c', config, ...args], input);
  return {
    imapPort,
    imapsPort,
    pop3Port,
    lmtpPort,
    cert,
    doveadm,
    deliver: async (user, raw, to = 'INBOX') => {
      await doveadm(['save', '-u', user, '-m', to], raw);
    },
    append: async (user, raw, to, arrived) => {
      const auth = { user, pass: 'pw' };
      const client = new ImapFlow({
        host: '127.0.0.1',
        port: imapPort,
        secure: false,
        doSTARTTLS: false,
        auth,
        logger: false,
      });
      await client.connect();
      await client.append(to, raw, [], arrived);
      await client.logout();
    },
    stop: async () => {
      server.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface DovecotPorts {
  imapPort: number;
  imapsPort: number;
  pop3Port: number;
  lmtpPort: number;
}

function settings(folder: string, ports: DovecotPorts): string {
  const root = userInfo().uid === 0;
  const user = root ? 'nobody' : userInfo().username;
  const group = root ? 'nogroup' : user;
  const chroot = root ? '' : 'chroot=';
  const listener = (name: string, port: number, more = ''): string =>
    `inet_listener ${name} {\n address=127.0.0.1\n port=${port}\n ${more}\n}`;
  return `
base_dir=${folder}/run
log_path=${folder}/log
protocols=imap pop3 lmtp
ssl=yes
ssl_cert=<${folder}/cert.pem
ssl_key=<${folder}/key.pem
disable_plaintext_auth=no
default_internal_user=${user}
default_internal_group=${group}
default_login_user=${user}
mail_location=maildir:${folder}/mail/%u
auth_mechanisms=plain login
auth_failure_delay=0 secs
first_valid_uid=1
passdb {
 driver=static
 args=password=pw
}
userdb {
 driver=static
 args=uid=${user} gid=${group} home=${folder}/mail/%u
}
service imap-login {
 ${chroot}
 ${listener('imap', ports.imapPort)}
 ${listener('imaps', ports.imapsPort, 'ssl=yes')}
}
service pop3-login {
 ${chroot}
 ${listener('pop3', ports.pop3Port)}
 inet_listener pop3s {
  port=0
 }
}
service lmtp {
 ${listener('lmtp', ports.lmtpPort)}
}
service anvil {
 ${chroot}
}
service stats {
 ${chroot}
}
service imap {
 ${chroot}
}
service auth {
 ${chroot}
}
namespace inbox {
 inbox=yes
 mailbox Sent {
  special_use=\\Sent
  auto=subscribe
 }
}
`;
}

function run(program: string, args: string[], input?: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(program, args, { maxBuffer: 100e6 }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${program} ${args.slice(2).join(' ')}: ${stderr || error.message}`));
      else resolve(stdout);
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input ?? '');
  });
}

import { readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { intakeSettings } from '../cli/start/settings-of-parts';
import { flowDefaults } from '../flows';
import { describeSettings, readConfig, WrongSetting, type Environment } from '../config';

const root = join(__dirname, '..');

describe('settings', () => {
  it('have the defaults of the design when nothing is set', () => {
    expect(readConfig({})).toMatchObject({
      dataDir: resolve('data'),
      bindAddress: '127.0.0.1',
      smtpBindAddress: '127.0.0.1',
      temporalAddress: null,
      mongoUri: null,
      secretKey: null,
      namespace: 'ringpost',
      retentionDays: 30,
      maxInboundBytes: 40 * 1024 * 1024,
      maxOutboundBytes: 25 * 1024 * 1024,
      parseTimeoutMs: 20_000,
      ringTimeoutMs: 60_000,
      queueTimeoutMs: 900_000,
      missesInARow: 3,
      presenceLeaseMs: 45_000,
      heartbeatMs: 15_000,
      capacity: 5,
      engagementDays: 30,
      idleCloseMs: 7 * 86_400_000,
      undoMs: 10_000,
      sessionMs: 12 * 3_600_000,
      fsync: true,
      failAt: null,
    });
  });

  it('hold where a flow says nothing, and are those the flow language has by itself', () => {
    expect(intakeSettings(readConfig({})).flowDefaults).toEqual(flowDefaults);
    const env = {
      RINGPOST_RING_TIMEOUT: '20s',
      RINGPOST_QUEUE_TIMEOUT: '5min',
      RINGPOST_ENGAGEMENT_PATIENCE: '2min',
      RINGPOST_ENGAGEMENT_DAYS: '7',
      RINGPOST_IDLE_CLOSE: '3d',
      RINGPOST_IDLE_WARNING: '1d',
      RINGPOST_REOPEN_WITHIN: '1d',
      RINGPOST_AUTO_REPLIES_PER_ENQUIRY: '2',
    };
    expect(intakeSettings(readConfig(env)).flowDefaults).toEqual({
      ringTimeoutMs: 20_000,
      queueTimeoutMs: 300_000,
      patienceMs: 120_000,
      engagementMs: 7 * 86_400_000,
      idleCloseMs: 3 * 86_400_000,
      idleWarningMs: 86_400_000,
      reopenWithinMs: 86_400_000,
      autoReplies: 2,
    });
  });

  const right: [string, Environment, object][] = [
    ['an empty variable counts as not given', { RINGPOST_API_PORT: '' }, { apiPort: 4080 }],
    ['times are read into milliseconds', { RINGPOST_RING_TIMEOUT: '2min' }, { ringTimeoutMs: 120_000 }],
    ['sizes are read into bytes', { RINGPOST_MAX_INBOUND: '1MB' }, { maxInboundBytes: 1_048_576 }],
    ['switches are read', { RINGPOST_FSYNC: 'off', RINGPOST_DOWNLOADS: '0' }, { fsync: false, downloads: false }],
    ['choices of numbers are read as numbers', { RINGPOST_ENGAGEMENT_DAYS: '7' }, { engagementDays: 7 }],
    [
      'private networks are taken as ranges and single addresses',
      { RINGPOST_PRIVATE_NETWORKS: '10.1.0.0/16, fd00::/8,192.168.7.9' },
      { privateNetworks: '10.1.0.0/16, fd00::/8,192.168.7.9' },
    ],
    ['the cache folder follows XDG_CACHE_HOME', { XDG_CACHE_HOME: '/c' }, { cacheDir: '/c/ringpost' }],
    [
      'the two servers can be given',
      { TEMPORAL_ADDRESS: 'a:1', MONGODB_URI: 'mongodb://b/' },
      { temporalAddress: 'a:1' },
    ],
    [
      'a namespace of Temporal Cloud is taken with its account',
      {
        TEMPORAL_ADDRESS: 'desk.a1b2c.tmprl.cloud:7233',
        RINGPOST_NAMESPACE: 'desk.a1b2c',
        TEMPORAL_API_KEY: 'secret-key',
      },
      { namespace: 'desk.a1b2c', temporalApiKey: 'secret-key', temporalTls: null },
    ],
    ['a fail point is taken in a test run', { RINGPOST_FAIL_AT: 'settle:1', NODE_ENV: 'test' }, { failAt: 'settle:1' }],
    [
      'a public address is taken once it is meant',
      { RINGPOST_BIND_ADDRESS: '0.0.0.0', RINGPOST_PUBLIC_BIND: 'on' },
      { bindAddress: '0.0.0.0' },
    ],
  ];
  it.each(right)('%s', (_, env, expected) => {
    expect(readConfig(env)).toMatchObject(expected);
  });

  const wrong: [string, string, RegExp][] = [
    ['RINGPOST_API_PORT', '70000', /given was "70000"; allowed is a whole number from 0 to 65535/],
    ['RINGPOST_SMTP_PORT', '25.5', /whole number/],
    ['RINGPOST_CAPACITY', '0', /from 1 to 1000/],
    ['RINGPOST_RING_TIMEOUT', '60', /a duration such as 10s/],
    ['RINGPOST_RING_TIMEOUT', '2h', /from 1s to 1h/],
    ['RINGPOST_MAX_INBOUND', '40', /a size from 1MB/],
    ['RINGPOST_FSYNC', 'maybe', /on or off/],
    ['RINGPOST_LOG_LEVEL', 'loud', /one of fatal, error/],
    ['RINGPOST_ENGAGEMENT_DAYS', '8', /one of 1, 3, 7, 14, 30, 60, 90/],
    ['RINGPOST_BIND_ADDRESS', 'localhost', /an IP address/],
    ['RINGPOST_BIND_ADDRESS', '0.0.0.0', /RINGPOST_PUBLIC_BIND=on/],
    ['RINGPOST_SMTP_BIND_ADDRESS', '::', /RINGPOST_PUBLIC_BIND=on/],
    ['RINGPOST_PUBLIC_URL', 'desk.example', /http\(s\)/],
    ['RINGPOST_PRIVATE_NETWORKS', 'our office', /ranges such as 10\.1\.0\.0\/16/],
    ['RINGPOST_PRIVATE_NETWORKS', '10.1.0.0/16, 10.2.0.0/33', /ranges such as/],
    ['TEMPORAL_ADDRESS', 'http://temporal:7233', /host:port/],
    ['MONGODB_URI', 'localhost:27017', /mongodb:\/\//],
    ['RINGPOST_NAMESPACE', 'Ring Post', /small letters/],
    ['RINGPOST_SECRET_KEY', 'short', /32 bytes/],
    ['RINGPOST_FAIL_AT', 'settle:1', /needs NODE_ENV=test/],
    ['TEMPORAL_API_KEY', 'a secret', /a key without spaces/],
    ['TEMPORAL_API_KEY', 'secret-key', /a value not shown here; it is about a Temporal that runs elsewhere/],
    ['TEMPORAL_TLS', 'yes', /on or off/],
    ['TEMPORAL_TLS_SERVER_NAME', 'a b', /a host name/],
    ['RINGPOST_HEARTBEAT', '50s', /shorter than RINGPOST_PRESENCE_LEASE/],
    ['RINGPOST_RING_TIMOUT', '60s', /did you mean RINGPOST_RING_TIMEOUT\?/],
    ['RINGPOST_COFFEE_MACHINE', 'on', /there is no such setting/],
  ];
  it.each(wrong)('%s=%s stops the start and is named with what is allowed', (name, given, message) => {
    const problems = problemsOf({ [name]: given });
    expect(problems.map((problem) => problem.name)).toEqual([name]);
    expect(`${problems[0]?.given}; ${problems[0]?.allowed}`).toMatch(message);
  });

  it.each<[Environment, string, RegExp]>([
    [
      { TEMPORAL_TLS_CLIENT_CERT_PATH: 'c.pem' },
      'TEMPORAL_TLS_CLIENT_CERT_PATH',
      /TEMPORAL_TLS_CLIENT_KEY_PATH beside/,
    ],
    [{ TEMPORAL_TLS_CLIENT_KEY_PATH: 'k.pem' }, 'TEMPORAL_TLS_CLIENT_KEY_PATH', /TEMPORAL_TLS_CLIENT_CERT_PATH beside/],
    [
      { TEMPORAL_API_KEY: 'secret-key', TEMPORAL_TLS: 'off' },
      'TEMPORAL_TLS',
      /TEMPORAL_API_KEY would travel in the open/,
    ],
  ])('about Temporal that contradict are refused: %j', (env, name, message) => {
    const [problem, ...others] = problemsOf({ TEMPORAL_ADDRESS: 'temporal.test:7233', ...env });
    expect([problem?.name, others]).toEqual([name, []]);
    expect(problem?.allowed).toMatch(message);
  });

  it('are all named at once when several are wrong', () => {
    const env = { RINGPOST_API_PORT: 'x', RINGPOST_CAPACITY: 'y', MONGODB_URI: 'z', RINGPOST_NOPE: '1' };
    expect(
      problemsOf(env)
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(Object.keys(env).toSorted());
  });

  it.each(['RINGPOST_SECRET_KEY', 'MONGODB_URI'])('never repeat the value of %s', (name) => {
    expect(() => readConfig({ [name]: 'hunter2' })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
    );
  });

  it('stand on the settings page as they are in the code (else: npm run settings-page)', () => {
    expect(readFileSync(join(root, 'docs/operations/settings.md'), 'utf8')).toContain(`\n${describeSettings()}\n`);
  });

  it('are read from the environment by readConfig alone', () => {
    const folders = ['flows', 'workflows', 'activities', 'mail', 'store', 'worker', 'api', 'servers', 'cli'];
    const lines = execFileSync('grep', ['-rF', 'process.env', '--include=*.ts', ...folders], { cwd: root });
    const others = lines.toString().trim().split('\n');
    expect(others.filter((line) => !/readConfig\([^)]*process\.env/.test(line))).toEqual([]);
  });
});

function problemsOf(env: Environment): WrongSetting['problems'] {
  try {
    readConfig(env);
  } catch (failure) {
    if (failure instanceof WrongSetting) return failure.problems;
    throw failure;
  }
  return [];
}

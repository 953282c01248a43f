import { createHostResolver, hostProblem } from '../../worker/resolve-host';

const inside = [
  '127.0.0.1',
  'localhost',
  '127.1',
  '2130706433',
  '0.0.0.0',
  '10.1.2.3',
  '172.20.0.1',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '::1',
  '::',
  'fe80::1',
  'fd00::1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '::7f00:1',
  '::ffff:0:7f00:1',
  '::1%lo',
  'fe80::1%lo',
];

describe('hosts an admin names', () => {
  const resolve = createHostResolver('', [4080]);

  test.each(inside)('%s is refused by name, with the setting that would allow it', async (host) => {
    const refused = { name: 'ForbiddenHost', message: expect.stringContaining(host) };
    await expect(resolve(host, 25)).rejects.toMatchObject(refused);
    expect(await hostProblem(resolve, host, 25)).toContain('RINGPOST_PRIVATE_NETWORKS');
  });

  test('a range that is named is allowed, others stay refused', async () => {
    const allowing = createHostResolver('10.0.0.0/8, ::1/128');
    expect(await allowing('10.1.2.3', 25)).toBe('10.1.2.3');
    expect(await allowing('::1', 25)).toBe('::1');
    expect(await hostProblem(allowing, '192.168.1.1', 25)).not.toBeNull();
  });

  test("our own ports are refused on this machine even where its range is allowed, other people's are not", async () => {
    const allowing = createHostResolver('127.0.0.0/8, 0.0.0.0, ::ffff:0:0/96', [4080]);
    expect(await allowing('127.0.0.1', 25)).toBe('127.0.0.1');
    for (const own of ['127.0.0.1', '::ffff:127.0.0.1', '0.0.0.0']) {
      await expect(allowing(own, 4080)).rejects.toMatchObject({ name: 'ForbiddenHost' });
    }
    expect(await resolve('192.0.2.1', 4080)).toBe('192.0.2.1');
  });

  test('a name that nobody knows yet is no problem of ours', async () => {
    expect(await hostProblem(resolve, 'nobody-knows.invalid', 25)).toBeNull();
  });
});

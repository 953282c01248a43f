import pino from 'pino';
import { faultOf } from '../api/http/problem';

const refused = Object.assign(new Error('550 <ann@customers.example> is unknown'), { code: 'ECONNREFUSED' });

test.each([
  ['a word of the system', refused, 'ECONNREFUSED'],
  [
    'a number',
    Object.assign(new Error('E11000 dup key: { address: "ann@customers.example" }'), { code: 11000 }),
    11000,
  ],
  ['that of its cause', new Error('ann@customers.example', { cause: refused }), 'ECONNREFUSED'],
  ['none where it is a sentence', Object.assign(new Error('no'), { code: 'Mailbox of ann is full' }), undefined],
])('of an error the log has its name, its place and its code: %s', (_, error, code) => {
  const lines: string[] = [];
  const log = pino({ serializers: { error: faultOf } }, { write: (line) => void lines.push(line) });
  log.warn({ error }, 'An activity failed and is tried again.');
  const told = JSON.parse(lines[0] ?? '');
  expect(told.error).toMatchObject({
    name: 'Error',
    stack: [expect.stringContaining('fault-of.test.ts'), ...told.error.stack.slice(1)],
  });
  expect(told.error.code).toBe(code);
  expect(lines[0]).not.toContain('ann');
});

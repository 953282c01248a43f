import type { Json } from '../../../../flows';
import { fold } from '../../../../flows/lint/expressions/fold';

const known = { var: 'contact.known' };
const hour = { var: 'time.hour' };
const count = { var: 'message.attachments.count' };

describe('what an expression gives whatever it reads', () => {
  it.each<[Json, Json | undefined]>([
    [true, true],
    [known, undefined],
    [{ and: [known, false] }, false],
    [{ and: [known, true] }, undefined],
    [{ and: [true, { '<': [1, 2] }] }, true],
    [{ or: [known, true] }, true],
    [{ or: [known, false] }, undefined],
    [{ or: [false, { '>': [1, 2] }] }, false],
    [{ or: [known, { '!': known }] }, true],
    [{ and: [known, { '!': [known] }] }, false],
    [{ '!': { or: [known, true] } }, false],
    [{ if: [true, known, false] }, undefined],
    [{ if: [false, known, 'x'] }, 'x'],
    [{ if: [known, 'x', 'x'] }, undefined],
    [{ '===': [hour, hour] }, true],
    [{ '!==': [hour, hour] }, false],
    [{ '<': [hour, hour] }, false],
    [{ '<=': [hour, hour] }, true],
    [{ '>': [hour, hour] }, false],
    [{ '>=': [hour, hour] }, true],
    [{ '<': [hour, 24] }, true],
    [{ '<': [hour, 23] }, undefined],
    [{ '<': [hour, 0] }, false],
    [{ '<=': [hour, 23] }, true],
    [{ '<=': [hour, 22] }, undefined],
    [{ '>': [hour, 23] }, false],
    [{ '>': [hour, 22] }, undefined],
    [{ '>': [count, -1] }, true],
    [{ '>=': [hour, 0] }, true],
    [{ '>=': [hour, 24] }, false],
    [{ '>=': [hour, 1] }, undefined],
    [{ '===': [hour, 24] }, false],
    [{ '===': [hour, 12] }, undefined],
    [{ '!==': [count, -1] }, true],
    [{ '<': [24, hour] }, false],
    [{ '>': [24, hour] }, true],
    [{ '<=': [24, hour] }, false],
    [{ '>=': [23, hour] }, true],
    [{ contains: [{ var: 'message.subject' }, ''] }, true],
    [{ matches: [{ var: 'message.subject' }, ''] }, true],
    [{ containsAny: [{ var: 'message.subject' }, []] }, false],
    [{ in: ['x', []] }, false],
    [{ in: ['x', ['x', 'y']] }, true],
    [{ cat: ['a', 1] }, 'a1'],
    [{ '!': ['text'] }, undefined],
    [{}, undefined],
  ])('%j: %j', (expression, value) => {
    expect(fold(expression)).toEqual(value);
  });
});

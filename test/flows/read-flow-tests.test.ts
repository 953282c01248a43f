import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readFlowTests } from '../../flows';

const examples = join(__dirname, '../../flows/examples');
const aTest = (changes: object): string =>
  JSON.stringify({ tests: [{ title: 'one', given: {}, answers: {}, expect: {}, ...changes }] });

describe('the tests beside a flow', () => {
  it.each(readdirSync(examples).filter((name) => name.endsWith('.test.json')))('reads those of %s', (name) => {
    const read = readFlowTests(readFileSync(join(examples, name), 'utf8'));
    expect('tests' in read && read.tests.tests.length).toBeGreaterThan(0);
  });

  it.each([
    ['no JSON', '{', 'It is not JSON'],
    ['a list', '[]', 'It holds no tests'],
    ['no list of tests', '{ "tests": 1 }', 'It holds no tests'],
    ['too many', JSON.stringify({ tests: Array.from({ length: 501 }, () => ({})) }), '500 are the most'],
    ['a test that is none', '{ "tests": [7] }', 'Test 1 is no object'],
    ['no title', aTest({ title: ' ' }), 'Test 1 has no "title"'],
    ['nothing expected', aTest({ expect: null }), 'has no "expect"'],
    ['a misspelt property', aTest({ expects: {} }), 'has "expects", which no test has'],
    ['a misspelt expectation', aTest({ expect: { paths: [] } }), 'has "paths", which no test has'],
    ['a misspelt given', aTest({ given: { fact: {} } }), 'has "fact", which no test has'],
    ['given that is no object', aTest({ given: [] }), '"given" that is no object'],
    ['no time', aTest({ given: { at: 'soon' } }), '"at" that is no time'],
    ['an id that is no text', aTest({ given: { enquiry: 7 } }), 'an id that is no text'],
    ['facts that are no object', aTest({ given: { facts: [] } }), 'that are no objects'],
    ['a fact of no kind', aTest({ given: { facts: { 'contact.tags': [1] } } }), 'gives "contact.tags" a value'],
    ['a setting of no kind', aTest({ given: { settings: { group: {} } } }), 'neither text, number, true nor false'],
    ['answers that are no object', aTest({ answers: [] }), '"answers" that are no object'],
    ['answers of a node that are no list', aTest({ answers: { ring: 'accepted' } }), 'that are no list'],
    ['an answer that is no text', aTest({ answers: { ring: [7] } }), 'that is no text'],
    ['an answer nobody can read', aTest({ answers: { ring: ['ACCEPTED!'] } }), 'which cannot be read'],
    ['a path that is no list', aTest({ expect: { path: 'a' } }), 'no lists of texts'],
    ['variables that are no object', aTest({ expect: { variables: [] } }), '"variables" that are no object'],
    ['an ending that is no text', aTest({ expect: { ending: 1 } }), '"ending", "elapsed" or "rest"'],
    ['an assignee that is no id', aTest({ expect: { assignee: 1 } }), '"assignee" or a "group" that is no id'],
  ])('refuses %s and says where', (_what, text, sentence) => {
    const read = readFlowTests(text);
    expect(read).toEqual({ fault: expect.stringContaining(sentence) });
  });
});

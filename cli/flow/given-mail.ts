import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FlowTest, FlowTests, RecordedMail } from '../../flows';
import { createParser } from '../../mail/parser';
import { testsBeside, Unreadable } from './flow-files';
import { storedMail } from './stored-mail';

/** True for tests of which one names a mail. */
export function nameMails({ tests }: FlowTests): boolean {
  return tests.some(({ given }) => given?.mail !== undefined);
}

/**
 * The tests beside a flow with the mails they name (`"mail": "late.eml"`, a file beside them) read: what a mail tells of
 * itself stands in their `given` then, and what is given besides goes before. @throws Unreadable
 */
export async function withMails(tests: FlowTests, flowFile: string): Promise<FlowTests> {
  if (!nameMails(tests)) return tests;
  const parser = createParser({ threads: 1 });
  const scenarioOf = async (file: string, mail: string): Promise<RecordedMail['scenario']> => {
    const raw = await readFile(file);
    return storedMail(mail, raw, await parser.parse(raw), { facts: {}, channel: null, trusted: [] }).mail.scenario;
  };
  const read = async (test: FlowTest): Promise<FlowTest> => {
    const { mail, ...given } = test.given ?? {};
    if (mail === undefined) return test;
    const file = join(dirname(flowFile), mail);
    const told = await scenarioOf(file, mail).catch((error: unknown) => {
      throw new Unreadable(`${testsBeside(flowFile)}: the mail of "${test.title}" cannot be read: ${reasonOf(error)}.`);
    });
    const message = { ...told.message, ...given.message };
    const at = told.at === undefined ? {} : { at: told.at };
    return { ...test, given: { ...at, ...given, message, facts: { ...told.facts, ...given.facts } } };
  };
  try {
    return { tests: await Promise.all(tests.tests.map(read)) };
  } finally {
    await parser.close();
  }
}

function reasonOf(error: unknown): string {
  const known = typeof error === 'object' && error !== null && 'message' in error;
  return known ? String(error.message) : 'fault';
}

import {
  facts as allFacts,
  readLine,
  type Assumption,
  type Assumptions,
  type Flow,
  type SettingValues,
} from '../../flows';
import { WrongUsage } from '../wrong-usage';
import { readText, Unreadable } from './flow-files';
import { splitGiven, valueOf } from './given';
import type { Options } from './options';
import type { Given } from './stored-mail';

/** What the user tells a backtest that no mail does. */
export interface Told {
  given: Given;
  assumptions: Assumptions;
  settings: SettingValues;
}

/** Reads it off the options. @throws WrongUsage for names that neither flow has, so that no slip of the pen is silent */
export async function toldIn(options: Options, flows: Flow[]): Promise<Told> {
  return {
    given: givenIn(options),
    assumptions: assumptionsIn(options, flows),
    settings: await settingsIn(options, flows),
  };
}

function givenIn({ values }: Options): Given {
  const facts = (values.get('--fact') ?? []).map((each) => splitGiven(each, '--fact PATH=VALUE'));
  const [unknown] = facts.filter(([path]) => !Object.hasOwn(allFacts, path) || allFacts[path]?.source === 'run');
  if (unknown) throw new WrongUsage(`--fact ${unknown[0]}: there is no such fact that a mail leaves open.`);
  return {
    facts: Object.fromEntries(facts.map(([path, value]) => [path, valueOf(value)])),
    channel: values.get('--channel')?.at(-1) ?? null,
    trusted: values.get('--trust') ?? [],
  };
}

function assumptionsIn({ values }: Options, flows: Flow[]): Assumptions {
  const people = values.get('--answers')?.at(-1) ?? null;
  if (people !== null && !isAssumption(people)) throw new WrongUsage(`--answers cannot be "${people}".`);
  const answers = (values.get('--answer') ?? []).map((each) => splitGiven(each, '--answer NODE=ANSWER'));
  for (const [node, text] of answers) {
    if (!flows.some(({ nodes }) => Object.hasOwn(nodes, node))) throw new WrongUsage(`No flow has a node "${node}".`);
    const wrong = linesOf(text).find((line) => readLine(line) === null);
    if (wrong !== undefined) throw new WrongUsage(`The answer "${wrong}" at "${node}" cannot be read.`);
  }
  return { people, answers: Object.fromEntries(answers.map(([node, text]) => [node, linesOf(text)])) };
}

function linesOf(text: string): string[] {
  return text.split(',').map((each) => each.trim());
}

function isAssumption(word: string): word is Assumption {
  return word === 'accepted' || word === 'timeout';
}

/** Values of settings: those of the file, and over them the single ones. */
async function settingsIn({ values }: Options, flows: Flow[]): Promise<SettingValues> {
  const file = values.get('--settings')?.at(-1);
  const single = (values.get('--setting') ?? []).map((each) => splitGiven(each, '--setting NAME=VALUE'));
  const all = Object.fromEntries(single.map(([name, value]) => [name, valueOf(value)]));
  const merged = { ...(file === undefined ? {} : await objectIn(file)), ...all };
  const wrong = Object.entries(merged).find(([, value]) => typeof value === 'object');
  if (wrong) throw new WrongUsage(`The setting "${wrong[0]}" is neither a text, a number, true nor false.`);
  const unknown = Object.keys(all).find((name) => !flows.some(({ settings = {} }) => Object.hasOwn(settings, name)));
  if (unknown !== undefined) throw new WrongUsage(`No flow has a setting "${unknown}".`);
  return merged as SettingValues;
}

async function objectIn(file: string): Promise<object> {
  try {
    const value: unknown = JSON.parse(await readText(file));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new Unreadable(`${file} holds no settings: { "group": "support" } is expected.`);
}

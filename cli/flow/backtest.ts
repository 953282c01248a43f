import { setImmediate as nextTurn } from 'node:timers/promises';
import { createBacktest, type Backtest } from '../../flows';
import { WrongUsage } from '../wrong-usage';
import { linkedBeside } from './called-beside';
import { backtestChannel, channelOptions } from './backtest-channel';
import { toldIn } from './backtest-told';
import { backtestTable, type FolderReport } from './backtest-table';
import { paintFor } from './colours';
import { readFlows, Unreadable } from './flow-files';
import { playable } from './flow-tests';
import { mailFiles, readMails, type FolderRead } from './mail-folder';
import { takeOptions } from './options';
import type { FlowCommand, FlowPorts } from './ports';
import { serverOptions } from './server';
import { storyOf } from './simulate';
import type { Given, StoredMail } from './stored-mail';

const AT_A_TIME = 100;

/** `ringpost flow backtest`: what a draft would have done otherwise with mails that have come. */
export const backtest: FlowCommand = {
  name: 'backtest',
  usage:
    'ringpost flow backtest LIVE DRAFT --mails FOLDER | [DRAFT] --of CHANNEL|FLOW [--mailbox] [--last NUMBER] [--days NUMBER] [--revision NUMBER] [--server URL] [--token-file FILE] [--answers accepted|timeout] [--answer NODE=ANSWER[,ANSWER]…]… [--fact PATH=VALUE]… [--settings FILE] [--setting NAME=VALUE]… [--channel ID] [--trust SERVER]… [--trace MAIL] [--json]',
  about:
    'plays the mails of a folder (.eml) through two flows, or those of a channel of a server (its stored enquiries with what happened in them, or with --mailbox what lies in its IMAP account) through what it runs and a draft, and says which would have gone otherwise, by the first node where they part; nothing is sent. What no mail tells (whether agents accept, whether the contact is known) is assumed only when you say how, and each assumption is named. Exit code 1 when something differs or an answer is missing',
  examples: [
    [
      'ringpost flow backtest support.json draft.json --mails last-week/ --answers accepted',
      'what would have been otherwise if agents accept and close all that rings',
    ],
    [
      'ringpost flow backtest support.json draft.json --mails last-week/ --answers timeout --fact contact.known=true',
      'the same if nobody answers, for contacts who wrote before',
    ],
    [
      'ringpost flow backtest support.json draft.json --mails last-week/ --answers accepted --trace 0042.eml',
      'both stories of one mail',
    ],
    [
      'ringpost flow backtest support.json draft.json --mails last-week/ --settings desk.json --json',
      'with the settings of a channel, one JSON document for a program',
    ],
    [
      'ringpost flow backtest draft.json --of support --last 500',
      'on the newest 500 enquiries of a channel, with what happened in them',
    ],
    [
      'ringpost flow backtest draft.json --of support-desk --trace 4711',
      'both stories of one enquiry, by its number; the channel is the one that runs this flow',
    ],
  ],
  async run(args, ports) {
    const options = takeOptions(args, {
      flags: ['--json', ...channelOptions.flags],
      values: [
        ...serverOptions,
        ...channelOptions.values,
        '--mails',
        '--answers',
        '--answer',
        '--fact',
        '--settings',
        '--setting',
        '--channel',
        '--trust',
        '--trace',
      ],
    });
    if (options.values.has('--of')) return backtestChannel(options, ports);
    const folder = options.values.get('--mails')?.at(-1);
    if (options.words.length !== 2) throw new WrongUsage('Two flows are played: LIVE and DRAFT.');
    if (folder === undefined) throw new WrongUsage('--mails FOLDER is needed.');
    const [live, draft] = await Promise.all(
      (await readFlows(options.words, ports)).map((file) => linkedBeside(file, playable(file))),
    );
    if (!live || !draft) throw new WrongUsage('Two flows are played: LIVE and DRAFT.');
    const { given, assumptions, settings } = await toldIn(options, [live, draft]);
    const played = createBacktest({ live, draft, settings, assumptions });
    const wanted = options.values.get('--trace')?.at(-1);
    if (wanted !== undefined) return traced(played, { folder, wanted, given }, options.flags.has('--json'), ports);
    const report = await playFolder(played, folder, given, ports);
    if (options.flags.has('--json')) ports.out(`${JSON.stringify(report)}\n`);
    else ports.out(backtestTable(report, paintFor(ports.colours)));
    if (report.cancelled) return 2;
    return report.different > 0 || report.undecided > 0 || report.unreadable.length > 0 ? 1 : 0;
  },
};

async function playFolder(played: Backtest, folder: string, given: Given, ports: FlowPorts): Promise<FolderReport> {
  let cancelled = false;
  const stop = ports.onInterrupt?.(() => void (cancelled = true));
  const progress = ports.progress ?? (() => undefined);
  try {
    const files = await mailFiles(folder);
    const read = await readMails(folder, files, { given, progress, cancelled: () => cancelled });
    const { first, joined, duplicates } = sorted(read.mails);
    for (const [index, { mail }] of first.entries()) {
      if (index % AT_A_TIME === 0) {
        progress(`Played ${index} of ${first.length} mails.`);
        await nextTurn();
        if (cancelled || read.cancelled) break;
      }
      played.add(mail);
    }
    return { ...played.report(), cancelled, joined, duplicates, unreadable: read.unreadable };
  } finally {
    progress('');
    stop?.();
  }
}

/** Parts the mails that begin an enquiry from those that would have joined one, and from copies. */
function sorted(mails: StoredMail[]): { first: StoredMail[]; joined: string[]; duplicates: string[] } {
  const ids = new Set(mails.map(({ messageId }) => messageId));
  const seen = new Set<string>();
  const first: StoredMail[] = [];
  const [joined, duplicates]: [string[], string[]] = [[], []];
  for (const each of mails) {
    const key = `${each.messageId} ${each.contentHash}`;
    if (seen.has(key)) duplicates.push(each.mail.name);
    else if (each.answers.some((id) => id !== each.messageId && ids.has(id))) joined.push(each.mail.name);
    else first.push(each);
    seen.add(key);
  }
  return { first, joined, duplicates };
}

async function traced(
  played: Backtest,
  { folder, wanted, given }: { folder: string; wanted: string; given: Given },
  json: boolean,
  ports: FlowPorts,
): Promise<number> {
  const files = (await mailFiles(folder)).filter((file) => file === wanted);
  if (files.length === 0) throw new Unreadable(`${folder} holds no mail "${wanted}".`);
  const reading = { given, progress: () => undefined, cancelled: () => false };
  const { mails, unreadable }: FolderRead = await readMails(folder, files, reading);
  const [stored] = mails;
  if (!stored) throw new Unreadable(`${wanted} cannot be read: ${unreadable[0]?.error ?? 'it is no mail.'}`);
  const { live, draft, divergence, assumed } = played.look(stored.mail);
  const paint = paintFor(ports.colours);
  if (json) {
    const both = { live: live.simulation, draft: draft.simulation };
    ports.out(`${JSON.stringify({ mail: wanted, divergence, assumed, ...both })}\n`);
  } else {
    ports.out(`${paint.bold('Live')}\n${storyOf(live.simulation, paint)}\n`);
    ports.out(`${paint.bold('Draft')}\n${storyOf(draft.simulation, paint)}\n`);
    ports.out(divergence ? `They part at "${divergence.node ?? 'the start'}".\n` : 'Nothing differs.\n');
    if (assumed.length > 0) ports.out(`Assumed: ${assumed.join('; ')}.\n`);
  }
  return divergence || live.end.sort === 'unanswered' ? 1 : 0;
}

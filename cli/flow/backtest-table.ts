import type { BacktestReport } from '../../flows';
import type { Paint } from './colours';
import { count } from './findings';

/** What a backtest on a folder found; with `--json` exactly this object is printed. */
export interface FolderReport extends BacktestReport {
  /** The user ended it; the counts are of the mails played until then. */
  cancelled: boolean;
  /** Mails that answer another of the folder: they would have joined its enquiry, and are not played. */
  joined: string[];
  /** Mails that stand in the folder twice. */
  duplicates: string[];
  unreadable: { mail: string; error: string }[];
}

const NAMES_SHOWN = 3;
const WORDS = {
  path: 'other way',
  group: 'other group',
  tags: 'other tags',
  mails: 'other mails',
  priority: 'other priority',
  ending: 'other ending',
  loops: 'would go round',
  parks: 'would be parked',
  unanswered: 'answer missing',
} as const;

/** The findings of a backtest as a table for people. */
export function backtestTable(found: FolderReport, paint: Paint): string {
  const report = plain(found);
  const { mails, same, different, undecided } = report;
  const blocks = report.nodes.flatMap(({ node, mails, differences }) => [
    paint.bold(`${node ?? '(where the flow begins)'}: ${count(mails, 'mail')}`),
    ...differences.map((each) => {
      const [word, names] = [WORDS[each.what], shown(each.mails)];
      const painted = ['loops', 'parks', 'unanswered'].includes(each.what)
        ? paint.red(word.padEnd(16))
        : word.padEnd(16);
      return `${String(each.mails.length).padStart(6)}  ${painted}${each.live} ${paint.faint('⇒')} ${each.draft}  ${paint.faint(names)}`;
    }),
    '',
  ]);
  const open = undecided > 0 ? `, ${undecided} of them only as far as answers go` : '';
  const lines = [
    ...blocks,
    `${count(mails, 'mail')} played: ${same} the same${open}, ${different} otherwise.`,
    ...listed('Assumed, as no mail tells it', report.assumed),
    ...listed(
      'Played to no end',
      report.unfinished.map(({ flow, what, mails }) => ({ what: `${flow}: ${what}`, mails })),
    ),
    ...left('not played, as it answers another mail of the folder', report.joined),
    ...left('not played, as it stands there twice', report.duplicates),
    ...report.unreadable.map(({ mail, error }) => paint.red(`${mail} cannot be read: ${error}`)),
    ...(report.cancelled ? [paint.yellow('Ended before all mails were played.')] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function shown(names: string[]): string {
  const more = names.length > NAMES_SHOWN ? `, … ${names.length - NAMES_SHOWN} more` : '';
  return `(${names.slice(0, NAMES_SHOWN).join(', ')}${more})`;
}

function listed(title: string, rows: { what: string; mails: number }[]): string[] {
  return rows.length === 0
    ? []
    : [`${title}:`, ...rows.map(({ what, mails }) => `${String(mails).padStart(6)}  ${what}`)];
}

function left(why: string, names: string[]): string[] {
  return names.length === 0 ? [] : [`${count(names.length, 'mail')} ${why} ${shown(names)}.`];
}

/** Names of files must not steer the terminal they are shown on. */
function plain(report: FolderReport): FolderReport {
  const cleaned: unknown = JSON.parse(JSON.stringify(report), (_key, value: unknown) =>
    typeof value === 'string' ? value.replace(/\p{Cc}/gu, '') : value,
  );
  return cleaned as FolderReport;
}

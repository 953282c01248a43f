import { WrongUsage } from '../wrong-usage';
import { takeOptions } from './options';
import type { FlowCommand } from './ports';
import { SERVER_ABOUT, SERVER_USAGE, serverOf, serverOptions } from './server';

interface Saved {
  flow: string;
  test: object;
  replaced: string[];
  trouble: string[];
  saved: boolean;
}

/** `ringpost flow save-test`: keeps a run as a test of its flow. */
export const saveTest: FlowCommand = {
  name: 'save-test',
  usage: `ringpost flow save-test ENQUIRY --title TEXT [--show] ${SERVER_USAGE} [--json]`,
  about: `makes a test of a live or finished enquiry (its number, or its id) and keeps it beside the draft of its flow, from where \`pull\` brings it to git. Of the mail only what the flow looked at is left, and personal data is made up. --show only prints the test. Exit code 1 when the test would go another way than the enquiry did: the node that looked at what was replaced is named; ${SERVER_ABOUT}`,
  examples: [
    ['ringpost flow save-test 4711 --title "an urgent invoice"', 'keeps it beside the draft'],
    ['ringpost flow save-test 4711 --title "an urgent invoice" --show', 'only looks at it'],
  ],
  async run(args, ports) {
    const options = takeOptions(args, { flags: ['--json', '--show'], values: [...serverOptions, '--title'] });
    const title = options.values.get('--title')?.at(-1);
    const [enquiry, ...more] = options.words;
    if (enquiry === undefined || more.length > 0) throw new WrongUsage('Name one ENQUIRY by its number or id.');
    if (!title) throw new WrongUsage('--title TEXT says what the test shows.');
    const server = await serverOf(options, ports);
    const body = { title, save: !options.flags.has('--show') };
    const answer = await server.post<Saved>(`/v1/enquiries/${encodeURIComponent(enquiry)}/test`, body);
    const { flow, test, replaced, trouble, saved } = answer;
    if (options.flags.has('--json')) ports.out(`${JSON.stringify(answer)}\n`);
    else {
      if (!saved) ports.out(`${JSON.stringify(test, null, 2)}\n`);
      for (const each of trouble) ports.out(`${each}\n`);
      if (replaced.length > 0) ports.out(`Made up: ${replaced.join(', ')}.\n`);
      ports.out(saved ? `Kept as a test of "${flow}".\n` : 'It was not kept.\n');
    }
    return trouble.length > 0 ? 1 : 0;
  },
};

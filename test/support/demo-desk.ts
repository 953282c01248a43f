/** The demo workspace with everybody signed in, as scenarios start from it. */
import type { Flow } from '../../flows/flow';
import { demoColleague, firstAdmin, type Colleague } from './colleague';
import { anEmail, mailFor, sendMail, type Email, type EmailParts, type ReceivedEmail } from './customer';
import { acceptAtOneOf, enquiryOf, enquiryWhen, says, type EnquiryPage } from './desk-work';
import { startProduct, type Product } from './product';
import { aChannel, publish } from './settings-work';

/** A mail that rang and was accepted. */
export interface Served {
  id: string;
  mail: Email;
  /** Who accepted it, and who did not. */
  agent: Colleague;
  other: Colleague;
  /** What the customer was told at once. */
  autoReply: ReceivedEmail;
}

/** The demo workspace: both agents available, with room for all that a scenario file brings. */
export interface DemoDesk {
  product: Product;
  admin: Colleague;
  sam: Colleague;
  ann: Colleague;
  bob: Colleague;
  /** Sends a mail and lets whom it rings at accept it. */
  served(mail?: Email): Promise<Served>;
  /** Publishes a flow and serves an address by it; `more` are settings of the channel. */
  addressOf(flow: Flow, more?: object): Promise<string>;
  /** Sends a mail that starts or joins an enquiry. */
  write(parts: EmailParts): Promise<{ mail: Email; id: string }>;
  /** Waits until an enquiry has the status. */
  statusOf(enquiry: string, status: string): Promise<EnquiryPage>;
}

/** Starts a product of its own and signs everybody in. */
export async function startDemoDesk(environment: Record<string, string> = {}): Promise<DemoDesk> {
  const product = await startProduct(environment);
  const [admin, sam, ann, bob] = await Promise.all([
    firstAdmin(product),
    demoColleague(product, 'sam'),
    demoColleague(product, 'ann'),
    demoColleague(product, 'bob'),
  ]);
  for (const agent of [ann, bob]) {
    await admin.patch(`/v1/agents/${agent.id}`, { capacity: 50 });
    await says(agent, 'available');
  }
  const send = async (mail: Email): Promise<string> => {
    const answer = await sendMail(product, mail);
    if (answer.code !== 250) throw new Error(`The mail was not taken: ${answer.text}`);
    return (await enquiryOf(admin, mail)).id;
  };
  return {
    product,
    admin,
    sam,
    ann,
    bob,
    async served(mail = anEmail()) {
      const id = await send(mail);
      const agent = await acceptAtOneOf([ann, bob], id);
      const autoReply = await mailFor(product, mail.from, (each) => each.autoSubmitted !== null);
      return { id, mail, agent, other: agent === ann ? bob : ann, autoReply };
    },
    addressOf: async (flow, more = {}) => aChannel(admin, flow.id, { flow: await publish(admin, flow), ...more }),
    async write(parts) {
      const mail = anEmail(parts);
      return { mail, id: await send(mail) };
    },
    statusOf: (enquiry, status) => enquiryWhen(admin, enquiry, status, (page) => page.status === status),
  };
}

import type { HandOver, SendResult } from './send-result';
import { sendToSink, type SinkServer } from './sink';
import { sendBySmtp, type SmtpServer } from './smtp';

export { refusesSender, type HandOver, type SendResult } from './send-result';

/** An outgoing server of a channel, by kind; a new kind is a file here, a line here and one in `senders`. */
export type SendServer = ({ kind: 'smtp' } & SmtpServer) | ({ kind: 'sink' } & SinkServer);

type Sender<Server> = (handOver: HandOver & { server: Server }) => Promise<SendResult>;

/** Every way to send a mail, by the kind that a channel's settings name. */
const senders: { [Kind in SendServer['kind']]: Sender<Extract<SendServer, { kind: Kind }>> } = {
  smtp: sendBySmtp,
  sink: sendToSink,
};

/** Makes one attempt to send a mail by the channel's server; never throws, see `SendResult`. */
export async function sendMail(handOver: HandOver & { server: SendServer }): Promise<SendResult> {
  const { server } = handOver;
  return server.kind === 'smtp' ? senders.smtp({ ...handOver, server }) : senders.sink({ ...handOver, server });
}

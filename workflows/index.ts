/** All workflows of Ringpost, by type name. */
export { enquiry } from './enquiry';
export { line } from './line';
export { delivery } from './delivery';
export { mailbox } from './mailbox';
export { eventWebhook } from './event-webhook';
export { clock } from './clock';

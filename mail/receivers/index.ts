export { selfSignedCertificate, type TlsPair } from './self-signed';
export {
  startSmtpReceiver,
  type ReceivedMail,
  type SmtpAnswer,
  type SmtpReceiver,
  type SmtpReceiverPorts,
  type SmtpSession,
} from './smtp';
export { defaultSmtpLimits, type SmtpLimits } from './smtp-limits';
export {
  watchImap,
  type AfterSettle,
  type ImapAccount,
  type ImapCursor,
  type ImapDelivery,
  type ImapState,
  type ImapTiming,
  type ImapTroubleKind,
  type ImapWatchPorts,
} from './imap';

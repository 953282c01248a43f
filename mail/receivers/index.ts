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

export type { TlsPair } from './self-signed';

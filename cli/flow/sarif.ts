import { lintCodes } from '../../flows';
import type { FileFindings } from './findings';

/** Findings as SARIF 2.1.0, which code hosts show beside the lines they are about. */
export function sarif(files: readonly FileFindings[]): string {
  const used = new Set(files.flatMap(({ findings }) => findings.map(({ code }) => code)));
  const rules = [...lintCodes()]
    .filter(([code]) => used.has(code))
    .map(([code, title]) => ({
      id: code,
      shortDescription: { text: title },
      helpUri: `https://ringpost.dev/docs/lint/${code}`,
      defaultConfiguration: { level: code.startsWith('W') ? 'warning' : 'error' },
    }));
  const results = files.flatMap(({ file, findings }) =>
    findings.map(({ code, severity, message, suggestion, pointer, line, column }) => ({
      ruleId: code,
      level: severity,
      message: { text: suggestion === undefined ? message : `${message} ${suggestion}` },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: file.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/') },
            region: { startLine: line, startColumn: column },
          },
          logicalLocations: [{ fullyQualifiedName: pointer }],
        },
      ],
    })),
  );
  const driver = { name: 'ringpost flow check', informationUri: 'https://ringpost.dev/docs/flows', rules };
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver }, columnKind: 'utf16CodeUnits', results }],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

import type { ClientCapabilities } from 'vscode-languageserver-protocol';

/** What we tell a server that we understand. It decides which shapes its answers have. */
export const CLIENT_CAPABILITIES = {
  workspace: {
    configuration: true,
    workspaceFolders: true,
    // We tell it what changed: watching thousands of folders costs it more than it costs us.
    didChangeWatchedFiles: { dynamicRegistration: true, relativePatternSupport: true },
    workspaceEdit: { documentChanges: true },
  },
  textDocument: {
    synchronization: { didSave: false },
    publishDiagnostics: { versionSupport: true },
    diagnostic: { relatedDocumentSupport: false },
    definition: { linkSupport: true },
    implementation: { linkSupport: true },
    references: {},
    hover: { contentFormat: ['markdown', 'plaintext'] },
    rename: { prepareSupport: false },
    codeAction: {
      codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix'] } },
      dataSupport: true,
      resolveSupport: { properties: ['edit'] },
    },
  },
  general: { positionEncodings: ['utf-16'] },
  experimental: { serverStatusNotification: true },
} satisfies ClientCapabilities;

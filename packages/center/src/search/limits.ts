export const indexLimits = {
  /** Longer files are found by name alone. */
  fileBytes: 2 << 20,
  /** One segment holds about this much text before merging. */
  batchBytes: 32 << 20,
  batchBlobs: 4_096,
} as const;

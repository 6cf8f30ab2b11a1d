export const indexLimits = {
  /** Longer files are found by name alone. */
  fileBytes: 2_097_152,
  /** One segment holds about this much text before merging. */
  batchBytes: 32_097_152,
  batchBlobs: 4_096,
} as const;

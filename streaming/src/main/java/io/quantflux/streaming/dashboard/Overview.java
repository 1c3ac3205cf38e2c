// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.dashboard;

import io.quantflux.streaming.kafka.StreamStatus;
import java.util.List;

/**
 * The stream as a whole.
 *
 * @param lastRecordMillis when the last record was folded; 0 if none was
 * @param lastCommitMillis when the last transaction committed; 0 if none did
 * @param control whether commands are taken, for those who have the token
 * @param commands newest first
 * @param refusals dead letters, newest first
 */
record Overview(
        StreamStatus stream,
        Traffic.Rates rates,
        long lastRecordMillis,
        long lastCommitMillis,
        boolean control,
        List<AuditLog.Line> commands,
        List<Refusals.Refusal> refusals) {}

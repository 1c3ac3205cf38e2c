// SPDX-License-Identifier: Apache-2.0
/** The records on the topics: messages of the domain, and codecs to and from their Avro form. */
@NullMarked
package io.quantflux.avro;

import org.jspecify.annotations.NullMarked;

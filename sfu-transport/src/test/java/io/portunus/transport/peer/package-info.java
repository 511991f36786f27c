@org.jspecify.annotations.NullMarked
package io.portunus.transport.peer;

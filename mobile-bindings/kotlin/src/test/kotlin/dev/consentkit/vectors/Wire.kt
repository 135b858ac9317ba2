package dev.consentkit.vectors

import kotlin.reflect.KClass
import kotlin.reflect.KProperty1
import kotlin.reflect.full.memberProperties
import kotlin.reflect.full.primaryConstructor

/** A vector that cannot be understood: an unknown name, a wrong type, a missing value. */
class Misunderstood(path: String, what: String) : Exception("$path: $what")

/**
 * How the generated types are called in JSON. Fields have the same names in both; a variant starts with a
 * small letter in JSON. There is no list of names here, so nothing can be forgotten when the protocol grows.
 */
internal object Wire {
    /** The variants of a sealed class, by their names in JSON. */
    fun variants(type: KClass<*>): Map<String, KClass<*>> =
        type.sealedSubclasses.associateBy { variantName(it) }

    fun variantName(type: KClass<*>): String = type.simpleName.orEmpty().replaceFirstChar(Char::lowercase)

    /** The fields of a record or variant, in their order. */
    fun fields(type: KClass<*>): Map<String, KProperty1<out Any, *>> {
        val names = type.primaryConstructor?.parameters.orEmpty().mapNotNull { it.name }
        val properties = type.memberProperties.associateBy { it.name }
        return names.associateWith { properties.getValue(it) }
    }

    /**
     * The constant of an enum. `FIRST_VISIT`, `firstVisit` and `first_visit` are the same constant here:
     * which of them stands in JSON is a matter of the core, and its own runner compares it to the letter.
     */
    fun constant(type: KClass<*>, name: String): Any? =
        type.java.enumConstants?.firstOrNull { plain((it as Enum<*>).name) == plain(name) }

    private fun plain(name: String): String = name.replace("_", "").lowercase()
}

//! Attribute types of distinguished names and the names that OpenSSL gives them, which are those that
//! people meet in configuration files, logs and other tools (`openssl list -objects`, 3.0.19).

/// Below 2.5.4 (X.520), by the last number of the OID; what nearly every name is made of first.
const X520: [(u8, &str); 58] = [
    (3, "CN"),
    (10, "O"),
    (6, "C"),
    (11, "OU"),
    (7, "L"),
    (8, "ST"),
    (4, "SN"),
    (5, "serialNumber"),
    (9, "street"),
    (12, "title"),
    (13, "description"),
    (14, "searchGuide"),
    (15, "businessCategory"),
    (16, "postalAddress"),
    (17, "postalCode"),
    (18, "postOfficeBox"),
    (19, "physicalDeliveryOfficeName"),
    (20, "telephoneNumber"),
    (21, "telexNumber"),
    (22, "teletexTerminalIdentifier"),
    (23, "facsimileTelephoneNumber"),
    (24, "x121Address"),
    (25, "internationaliSDNNumber"),
    (26, "registeredAddress"),
    (27, "destinationIndicator"),
    (28, "preferredDeliveryMethod"),
    (29, "presentationAddress"),
    (30, "supportedApplicationContext"),
    (31, "member"),
    (32, "owner"),
    (33, "roleOccupant"),
    (34, "seeAlso"),
    (35, "userPassword"),
    (36, "userCertificate"),
    (37, "cACertificate"),
    (38, "authorityRevocationList"),
    (39, "certificateRevocationList"),
    (40, "crossCertificatePair"),
    (41, "name"),
    (42, "GN"),
    (43, "initials"),
    (44, "generationQualifier"),
    (45, "x500UniqueIdentifier"),
    (46, "dnQualifier"),
    (47, "enhancedSearchGuide"),
    (48, "protocolInformation"),
    (49, "distinguishedName"),
    (50, "uniqueMember"),
    (51, "houseIdentifier"),
    (52, "supportedAlgorithms"),
    (53, "deltaRevocationList"),
    (54, "dmdName"),
    (65, "pseudonym"),
    (72, "role"),
    (97, "organizationIdentifier"),
    (98, "c3"),
    (99, "n3"),
    (100, "dnsName"),
];

/// 0.9.2342.19200300.100.1 (RFC 4524).
const PILOT_ARC: [u8; 9] = [0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 0x01];

/// Below [`PILOT_ARC`], by the last number.
const PILOT: [(u8, &str); 47] = [
    (25, "DC"),
    (1, "UID"),
    (2, "textEncodedORAddress"),
    (3, "mail"),
    (4, "info"),
    (5, "favouriteDrink"),
    (6, "roomNumber"),
    (7, "photo"),
    (8, "userClass"),
    (9, "host"),
    (10, "manager"),
    (11, "documentIdentifier"),
    (12, "documentTitle"),
    (13, "documentVersion"),
    (14, "documentAuthor"),
    (15, "documentLocation"),
    (20, "homeTelephoneNumber"),
    (21, "secretary"),
    (22, "otherMailbox"),
    (23, "lastModifiedTime"),
    (24, "lastModifiedBy"),
    (26, "aRecord"),
    (27, "pilotAttributeType27"),
    (28, "mXRecord"),
    (29, "nSRecord"),
    (30, "sOARecord"),
    (31, "cNAMERecord"),
    (37, "associatedDomain"),
    (38, "associatedName"),
    (39, "homePostalAddress"),
    (40, "personalTitle"),
    (41, "mobileTelephoneNumber"),
    (42, "pagerTelephoneNumber"),
    (43, "friendlyCountryName"),
    (44, "uid"),
    (45, "organizationalStatus"),
    (46, "janetMailbox"),
    (47, "mailPreferenceOption"),
    (48, "buildingName"),
    (49, "dSAQuality"),
    (50, "singleLevelQuality"),
    (51, "subtreeMinimumQuality"),
    (52, "subtreeMaximumQuality"),
    (53, "personalSignature"),
    (54, "dITRedirect"),
    (55, "audio"),
    (56, "documentPublisher"),
];

/// All others that stand in names, by the DER content of their OID.
const OTHERS: [(&[u8], &str); 12] = [
    // 1.2.840.113549.1.9.1
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x01], "emailAddress"),
    // 1.2.840.113549.1.9.2
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x02], "unstructuredName"),
    // 1.2.840.113549.1.9.7
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x07], "challengePassword"),
    // 1.2.840.113549.1.9.8
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x08], "unstructuredAddress"),
    // 1.3.6.1.4.1.311.60.2.1.1
    (&[0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x3c, 0x02, 0x01, 0x01], "jurisdictionL"),
    // 1.3.6.1.4.1.311.60.2.1.2
    (&[0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x3c, 0x02, 0x01, 0x02], "jurisdictionST"),
    // 1.3.6.1.4.1.311.60.2.1.3
    (&[0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x3c, 0x02, 0x01, 0x03], "jurisdictionC"),
    // 1.2.643.3.131.1.1
    (&[0x2a, 0x85, 0x03, 0x03, 0x81, 0x03, 0x01, 0x01], "INN"),
    // 1.2.643.100.1
    (&[0x2a, 0x85, 0x03, 0x64, 0x01], "OGRN"),
    // 1.2.643.100.3
    (&[0x2a, 0x85, 0x03, 0x64, 0x03], "SNILS"),
    // 1.2.643.100.5
    (&[0x2a, 0x85, 0x03, 0x64, 0x05], "OGRNIP"),
    // 2.5.29.17
    (&[0x55, 0x1d, 0x11], "subjectAltName"),
];

/// The short name of an attribute type, given the DER content of its OID.
pub fn short_name(oid: &[u8]) -> Option<&'static str> {
    let last = |table: &'static [(u8, &'static str)], number: u8| {
        table.iter().find(|(known, _)| *known == number).map(|(_, name)| *name)
    };
    match oid {
        [0x55, 4, number] => last(&X520, *number),
        [arc @ .., number] if *arc == PILOT_ARC => last(&PILOT, *number),
        _ => OTHERS.iter().find(|(known, _)| *known == oid).map(|(_, name)| *name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_openssl() {
        assert_eq!(short_name(&[0x55, 4, 3]), Some("CN"));
        assert_eq!(short_name(&[0x55, 4, 97]), Some("organizationIdentifier"));
        let domain_component = [0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 25];
        assert_eq!(short_name(&domain_component), Some("DC"));
        let email = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1];
        assert_eq!(short_name(&email), Some("emailAddress"));
        assert_eq!(short_name(&[0x55, 4]), None);
        assert_eq!(short_name(&[]), None);
    }
}
